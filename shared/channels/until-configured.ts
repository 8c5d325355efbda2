import type { Channel } from '../domain/channel.ts';
import { MINUTE, type Millis } from '../domain/time.ts';
import type { ChannelSender } from './channel.ts';

/** How long the channel waits before it looks again whether the operator has filled in its secret. */
const LOOK_AGAIN: Millis = 5 * MINUTE;

/**
 * A sender for a channel whose secret the operator has yet to fill in: it halts, so nothing is lost and nothing reaches
 * the dead-letter queue, and goes over to the real sender as soon as `configure` gives one. One that the provider has halted is configured
 * anew: its credentials may have been replaced, and the next try is a pause away. A secret that cannot be read is like one that is not
 * filled in: what was not sent for it must not be found in doubt. Rejects only when it cannot be read at first.
 */
export async function untilConfigured<C extends Channel>(
  channel: C,
  doubt: ChannelSender<C>['doubt'],
  configure: () => Promise<ChannelSender<C> | undefined>,
): Promise<ChannelSender<C>> {
  let real = await configure();
  const look = async () => {
    real ??= await configure().catch(() => undefined);
    return real;
  };
  return {
    channel,
    doubt,
    async send(announcement, deliveries) {
      const sender = await look();
      if (sender !== undefined) {
        const outcomes = await sender.send(announcement, deliveries);
        if (outcomes.some(({ kind }) => kind === 'halt')) real = undefined;
        return outcomes;
      }
      return deliveries.map(() => ({ kind: 'halt', cause: `${channel}.notConfigured`, afterMs: LOOK_AGAIN }));
    },
    async ask(announcement, delivery, since) {
      const sender = await look();
      return (await sender?.ask?.(announcement, delivery, since)) ?? { kind: 'unknown' };
    },
    async probe() {
      const sender = await look();
      return (await sender?.probe()) ?? false;
    },
  };
}
