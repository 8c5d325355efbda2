import type { ChannelSender, Delivery } from '../../channels/channel.ts';
import type { WindowTally } from '../../domain/chunk.ts';
import { type ExceptionRow, firstRow } from '../../domain/exception.ts';
import { type Outcome, refusesSender } from '../../domain/outcome.ts';
import { endWithAcceptance } from '../../domain/strikes.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { Instant, Millis } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ExceptionStore } from '../../store/exceptions.ts';
import type { SubscriberStore } from '../../store/subscribers.ts';
import { deliveryId } from '../delivery-id.ts';
import type { Breaker } from './breaker.ts';
import { type ChunkJob, chunkRef } from './job.ts';

export interface TellDependencies {
  readonly sender: ChannelSender;
  readonly exceptions: Pick<ExceptionStore, 'putNew'>;
  readonly subscribers: Pick<SubscriberStore, 'absolve' | 'quarantine' | 'strike'>;
  readonly breaker: Breaker;
  readonly clock: Pick<Clock, 'now' | 'random'>;
}

declare const claimedBrand: unique symbol;

/** Recipients that the ledger says are ours to tell. Only a successful claim makes one: no send without a claim. */
export interface ClaimedWindow {
  readonly recipients: readonly Subscriber[];
  readonly claimedAt: Instant;
  readonly [claimedBrand]: true;
}

/** Call only with what `ledger.swap` has just confirmed as claimed. */
export function claimedWindow(recipients: readonly Subscriber[], claimedAt: Instant): ClaimedWindow {
  return { recipients, claimedAt } as ClaimedWindow; // the brand exists in types only
}

export type Telling =
  /** `pauseMs`: the provider is in trouble, so the next window has to wait; 0 to go on. */
  | {
      readonly kind: 'told';
      readonly tally: WindowTally;
      readonly nextAt?: Instant;
      readonly pauseMs: Millis;
    }
  /** Nothing was sent: the window can be given back. */
  | { readonly kind: 'refused'; readonly afterMs: Millis };

/**
 * Tells a window and writes down what did not simply succeed. Every outcome is counted: `told` plus `exceptions`
 * is the number of recipients. Rows are written before this returns, so before the cursor moves on.
 */
export async function tellWindow(
  deps: TellDependencies,
  job: ChunkJob,
  window: ClaimedWindow,
): Promise<Telling> {
  const { sender, clock } = deps;
  const deliveries = window.recipients.map((recipient) => ({
    ...deliveryTo(recipient, job, 1),
    inWindow: true as const,
  }));
  const calledAt = clock.now();
  const outcomes = await sender.send(job, deliveries);
  const pauseMs = await deps.breaker.note(outcomes);
  if (outcomes.length > 0 && outcomes.every(refusesSender)) return { kind: 'refused', afterMs: pauseMs };

  const now = clock.now();
  const rows: ExceptionRow[] = [];
  for (const [index, recipient] of window.recipients.entries()) {
    const outcome = outcomeOf(outcomes, index, job.channel);
    const row = firstRow(recipient.h, outcome, {
      channel: job.channel,
      calledAt,
      callerEndsAt: job.hold.endsAt,
      now,
      random: clock.random(),
    });
    if (row !== undefined) rows.push(row);
  }
  const ref = chunkRef(job, job.update);
  await Promise.all(rows.map((row) => deps.exceptions.putNew(ref, row, now)));
  await noteAddresses(deps, job, window.recipients, outcomes, now);

  const told = window.recipients.length - rows.length;
  return {
    kind: 'told',
    tally: {
      told,
      superseded: 0,
      exceptions: rows.length,
      ...(told > 0 && { firstToldAt: now, lastToldAt: now }),
    },
    pauseMs,
    ...earliest(rows),
  };
}

/**
 * What an attempt says of the addresses themselves: those that can never be reached are not used any more, failures that count are
 * counted, and whoever was reached starts with a clean slate. Never rejects: what could not be noted shows again with the next
 * update, and a window that was told must not be found in doubt for it.
 */
export async function noteAddresses(
  deps: Pick<TellDependencies, 'subscribers' | 'sender'>,
  job: ChunkJob,
  recipients: readonly Subscriber[],
  outcomes: readonly Outcome[],
  now: Instant,
): Promise<void> {
  const { subscribers, sender } = deps;
  await Promise.allSettled(
    recipients.map(async (recipient, index) => {
      const { page, channel, h, strikes } = recipient;
      const outcome = outcomeOf(outcomes, index, channel);
      switch (outcome.kind) {
        case 'sent':
          return strikes && endWithAcceptance(strikes) && subscribers.absolve(page, channel, h);
        case 'quarantine': {
          const isNews = await subscribers.quarantine(page, channel, h, outcome.cause, now);
          return isNews && sender.tellOwner?.(recipient, 'giveUp', outcome.cause);
        }
        case 'retry':
        case 'drop': {
          const { strike: rule, cause } = outcome;
          if (rule === undefined) return;
          const failure = { rule, cause, about: job.update.id };
          const verdict = await subscribers.strike(page, channel, h, failure, now);
          if (verdict !== 'carryOn') await sender.tellOwner?.(recipient, verdict, cause);
        }
      }
    }),
  );
}

export function deliveryTo(
  recipient: Subscriber,
  { page, update, channel }: ChunkJob,
  attempt: number,
): Delivery {
  return { id: deliveryId(page.id, update.id, channel, recipient.h), recipient, attempt };
}

/** The outcome of one delivery. A sender that returns too few leaves the rest in doubt, never untold and forgotten. */
export function outcomeOf(outcomes: readonly Outcome[], index: number, channel: string): Outcome {
  return outcomes[index] ?? { kind: 'inDoubt', cause: `${channel}.noOutcome` };
}

export function earliest(rows: readonly ExceptionRow[]): { nextAt?: Instant } {
  const due = rows.flatMap(({ nextAt }) => (nextAt === undefined ? [] : [nextAt]));
  return due.length === 0 ? {} : { nextAt: Math.min(...due) };
}
