import { z } from 'zod';
import type { Message } from '../messages.ts';

/** As much of a webhook's payload as names its update; the other channels have words for people only. */
const payload = z.object({
  data: z.object({
    incident: z.object({ name: z.string() }),
    update: z.object({ status: z.string() }),
  }),
});

/** Names the incident and the status that the messages of one update are about, as well as they tell. */
export function describe(messages: readonly Message[]): {
  readonly incident: string;
  readonly status: string;
} {
  const webhook = messages.find((message) => message.channel === 'webhook');
  const parsed = payload.safeParse(webhook?.body);
  if (parsed.success) {
    const { incident, update } = parsed.data.data;
    return { incident: incident.name, status: statusLabel(update.status) };
  }
  const email = messages.find((message) => message.channel === 'email');
  return { incident: email?.subject ?? 'Incident not named', status: '' };
}

function statusLabel(status: string): string {
  const words = status.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
