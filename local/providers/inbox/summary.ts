import type { Channel, Message } from '../messages.ts';
import { describe } from './describe.ts';
import { updateKey } from './update-key.ts';

/** One update as the messages tell of it. */
export interface UpdateSummary {
  /** What names it among the updates of all status pages (`updateKey`). */
  readonly key: string;
  readonly update: string;
  readonly incident: string;
  readonly status: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly counts: Readonly<Record<Channel, number>>;
  readonly total: number;
  /** Messages beyond the first for the same address. */
  readonly repeats: number;
}

/** One entry per update, in order of its first message. */
export function summarise(messages: readonly Message[]): readonly UpdateSummary[] {
  const byUpdate = new Map<string, { messages: Message[]; tos: Record<Channel, Set<string>> }>();
  for (const message of messages) {
    const key = updateKey(message);
    let of = byUpdate.get(key);
    if (!of) {
      of = { messages: [], tos: { email: new Set(), sms: new Set(), slack: new Set(), webhook: new Set() } };
      byUpdate.set(key, of);
    }
    of.messages.push(message);
    of.tos[message.channel].add(message.to);
  }
  return [...byUpdate].map(([key, { messages: own, tos }]) => {
    const counts = { email: 0, sms: 0, slack: 0, webhook: 0 };
    for (const { channel } of own) counts[channel] += 1;
    const reached = Object.values(tos).reduce((sum, addresses) => sum + addresses.size, 0);
    return {
      key,
      update: own[0]?.update ?? '',
      ...describe(own),
      firstAt: own[0]?.at ?? '',
      lastAt: own.at(-1)?.at ?? '',
      counts,
      total: own.length,
      // Without an update, two messages to one address are two different ones.
      repeats: key === '' ? 0 : own.length - reached,
    };
  });
}
