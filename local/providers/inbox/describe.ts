import { z } from 'zod';
import type { Message, WebhookMessage } from '../messages.ts';

/** As much of a webhook's payload as names its update; the other channels have words for people only. */
const payload = z.object({
  type: z.string(),
  data: z.object({
    incident: z.object({ name: z.string() }),
    update: z.object({ status: z.string(), body: z.string() }),
  }),
});

/** The first line of a mail's text: `Investigating: Payments fail`. */
const HEADLINE = /^(?<status>\p{Lu}[\p{L} ]*): (?<incident>.+)/u;

/** Names the incident and the status that the messages of one update are about, as well as they tell. */
export function describe(messages: readonly Message[]): {
  readonly incident: string;
  readonly status: string;
} {
  if (messages[0]?.update === '') return { incident: 'Subscriptions', status: 'Confirmations and links' };
  const webhook = messages.find((message) => message.channel === 'webhook');
  const parsed = payload.safeParse(webhook?.body);
  if (parsed.success) {
    const { incident, update } = parsed.data.data;
    return { incident: incident.name, status: statusLabel(update.status) };
  }
  const email = messages.find((message) => message.channel === 'email');
  const { status = '', incident = email?.subject } = HEADLINE.exec(email?.text ?? '')?.groups ?? {};
  return { incident: incident ?? 'Incident not named', status };
}

/** Event type and text of a payload of ours; empty for any other. */
export function describePayload(message: WebhookMessage): { readonly type: string; readonly body: string } {
  const parsed = payload.safeParse(message.body);
  return parsed.success
    ? { type: parsed.data.type, body: parsed.data.data.update.body }
    : { type: '', body: '' };
}

function statusLabel(status: string): string {
  const words = status.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
