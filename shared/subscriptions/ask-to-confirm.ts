import type { ConfirmationRequest } from '../domain/confirmation.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';

/** The queue of confirmations. `send` resolves with how many it would not take. */
export interface Confirmations {
  send(messages: readonly ConfirmationRequest[]): Promise<number>;
}

/** Messages handed over at a time: rows are streamed, so they are sent as they come. */
const AT_ONCE = 100;

/** Whether a confirmation that still holds is with the owner already. */
export function isAsked({ proofs }: Pick<Subscriber, 'proofs'>, now: Instant): boolean {
  return [proofs?.confirm, proofs?.code, proofs?.challenge].some(
    (proof) => proof !== undefined && proof.expiresAt > now,
  );
}

/**
 * How the owner of a row is asked: a mail, a code by text, a call that the endpoint must echo. Whoever owns a webhook and has an email
 * is asked by mail: endpoints that were built for another status page echo nothing.
 */
export function questionFor({ page, channel, h, ownerEmail }: Subscriber): ConfirmationRequest {
  const mailless = channel === 'webhook' && ownerEmail === undefined;
  const kind = channel === 'sms' ? 'code' : mailless ? 'challenge' : 'confirm';
  return { kind, page, channel, h };
}

/** Asks the owners of those of these rows that are pending, again if need be. Holds a hundred at a time. */
export async function askToConfirm(
  confirmations: Confirmations,
  rows: AsyncIterable<Subscriber> | Iterable<Subscriber>,
): Promise<{ readonly sent: number; readonly refused: number }> {
  let batch: ConfirmationRequest[] = [];
  let [sent, refused] = [0, 0];
  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const left = await confirmations.send(batch);
    sent += batch.length - left;
    refused += left;
    batch = [];
  }
  for await (const row of rows) {
    if (row.state !== 'pending') continue;
    batch.push(questionFor(row));
    if (batch.length >= AT_ONCE) await flush();
  }
  await flush();
  return { sent, refused };
}
