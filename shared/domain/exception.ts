/**
 * A delivery that did not simply succeed, as a row of its own: pure transitions, like the chunk's. The store
 * replaces a row by compare-and-swap on `state`, `attempt`, `nextAt` and `overtaken`.
 *
 * Open states: `waiting` (tried again at `nextAt`), `calling` (an attempt is running, `nextAt` ends its lease),
 * `doubt` (nobody knows; settled at `nextAt`, when the grace is over). All other states are final.
 */

import type { Cause } from './cause.ts';
import type { Channel } from './channel.ts';
import type { Hold } from './chunk.ts';
import type { Outcome } from './outcome.ts';
import { retryAfter } from './retry.ts';
import type { AddressHash } from './subscriber.ts';
import { DAY, HOUR, type Instant, MINUTE, type Millis } from './time.ts';

export type OpenState = 'waiting' | 'calling' | 'doubt';
export type FinalState = 'told' | 'failed' | 'superseded' | 'suppressed' | 'inDoubt';

export interface ExceptionRow {
  readonly h: AddressHash;
  readonly state: OpenState | FinalState;
  /** Attempts that were spent on the delivery's own fault. */
  readonly attempt: number;
  /** Open rows only: when something is due. */
  readonly nextAt?: Instant;
  /** When the delivery came into being as a row: bounds how long a doubt is asked about. */
  readonly since: Instant;
  /** Who makes the running call: random per handling, so that two who claim in the same instant are told apart. */
  readonly caller?: string;
  /** When the doubtful or running call was begun, and when its process must have ended. */
  readonly calledAt?: Instant;
  readonly callerEndsAt?: Instant;
  readonly cause: Cause;
  readonly providerId?: string;
  readonly toldAt?: Instant;
  /** Sent again while in doubt: told twice at most. */
  readonly resent?: true;
  /** A newer update has overtaken it: asked about, never sent again. */
  readonly overtaken?: true;
}

/**
 * Nobody asks or sends again before this long after a doubtful call was begun: the provider may still be at it.
 */
export const GRACE: Millis = 2 * MINUTE;

/**
 * How long what spends no attempts goes on: doubts, and one address or installation that puts us off. Every
 * delivery comes to an end, or the receipt would never be closed.
 */
const LONGEST_WITHOUT_ATTEMPT: Millis = DAY;

/** Webhooks wait for an endpoint that fails as long as their whole schedule is, rounded up. */
const LONGEST_BEHIND_ENDPOINT: Millis = 76 * HOUR;

/** Whether a delivery has been open for too long to go on without spending attempts. */
export function isForlorn(row: ExceptionRow, now: Instant, channel?: Channel): boolean {
  return now - row.since > (channel === 'webhook' ? LONGEST_BEHIND_ENDPOINT : LONGEST_WITHOUT_ATTEMPT);
}

export function isOpen(row: ExceptionRow): boolean {
  return row.state === 'waiting' || row.state === 'calling' || row.state === 'doubt';
}

/** What surrounds an attempt: when it was begun, when its process must end, and what chance says. */
export interface AttemptContext {
  readonly channel: Channel;
  readonly calledAt: Instant;
  readonly callerEndsAt: Instant;
  readonly now: Instant;
  readonly random: number;
}

/** The row that a first attempt leaves, or undefined when it simply succeeded. */
export function firstRow(
  h: AddressHash,
  outcome: Outcome,
  context: AttemptContext,
): ExceptionRow | undefined {
  if (outcome.kind === 'sent') return undefined;
  return settle({ h, state: 'calling', attempt: 0, since: context.now, cause: 'none' }, outcome, context);
}

/** The row of a recipient whose window was found abandoned: it may have been told until `callerEndsAt`. */
export function doubtRow(
  h: AddressHash,
  calledAt: Instant,
  callerEndsAt: Instant,
  now: Instant,
): ExceptionRow {
  return {
    h,
    state: 'doubt',
    attempt: 0,
    nextAt: Math.max(calledAt + GRACE, callerEndsAt),
    since: now,
    calledAt,
    callerEndsAt,
    cause: 'fanout.abandonedWindow',
  };
}

/** The row while an attempt runs. Until its lease ends nobody else touches it; after that it is in doubt. */
export function startCall(row: ExceptionRow, now: Instant, { owner, leaseMs, endsAt }: Hold): ExceptionRow {
  return {
    ...row,
    state: 'calling',
    nextAt: now + leaseMs,
    caller: owner,
    calledAt: now,
    callerEndsAt: endsAt,
  };
}

/** The row of an attempt whose caller vanished: in doubt from its call on. */
export function abandonCall(row: ExceptionRow): ExceptionRow {
  const calledAt = row.calledAt ?? row.since;
  return {
    ...row,
    state: 'doubt',
    nextAt: Math.max(calledAt + GRACE, row.callerEndsAt ?? 0),
    cause: 'fanout.abandonedCall',
  };
}

/** The row after an attempt. Trouble of our own or of the whole sender spends no attempt. */
export function settle(row: ExceptionRow, outcome: Outcome, context: AttemptContext): ExceptionRow {
  switch (outcome.kind) {
    case 'sent':
      return { ...end(row, 'told', row.cause), providerId: outcome.providerId, toldAt: context.now };
    case 'retry': {
      const attempt = row.attempt + 1;
      const { afterMs, lasting } = outcome;
      const wait = retryAfter(context.channel, attempt, afterMs, context.random, lasting);
      if (wait === undefined) return { ...fail(row, outcome.cause), attempt };
      return { ...waiting(row, outcome.cause, context.now + wait), attempt };
    }
    case 'backoff':
      // A whole sender is the operator's to mend: nothing is lost, only late.
      if (outcome.scope !== 'sender' && isForlorn(row, context.now, context.channel))
        return fail(row, outcome.cause);
      return waiting(row, outcome.cause, context.now + outcome.afterMs);
    case 'halt':
      return waiting(row, outcome.cause, context.now + outcome.afterMs);
    case 'quarantine':
    case 'drop':
      return { ...fail(row, outcome.cause), attempt: row.attempt + 1 };
    case 'inDoubt':
      return {
        ...row,
        state: 'doubt',
        nextAt: Math.max(context.calledAt + GRACE, context.now),
        calledAt: context.calledAt,
        // The call has ended, if badly: nobody sends any more.
        callerEndsAt: context.now,
        cause: outcome.cause,
      };
  }
}

/** The row in a final state, with the reason: nothing is due for it any more. */
export function end(row: ExceptionRow, state: FinalState, cause: Cause): ExceptionRow {
  const { nextAt: _, ...rest } = row;
  return { ...rest, state, cause };
}

/** The row that is given up. Of a mail that was sent again while in doubt nobody knows: the first call may have told. */
function fail(row: ExceptionRow, cause: Cause): ExceptionRow {
  return end(row, row.resent ? 'inDoubt' : 'failed', cause);
}

/** The row once the provider said that it had accepted the doubtful call. */
export function foundTold(row: ExceptionRow, providerId: string): ExceptionRow {
  return { ...end(row, 'told', row.cause), providerId, toldAt: row.calledAt ?? row.since };
}

/** The row when the provider could not say: asked again later, and final after a day. */
export function askLater(row: ExceptionRow, now: Instant): ExceptionRow {
  if (isForlorn(row, now)) return end(row, 'inDoubt', row.cause);
  return { ...row, nextAt: now + GRACE };
}

/** The row while an email in doubt is sent again: once, which the mark outlives every crash to say. */
export function markResent(row: ExceptionRow): ExceptionRow {
  return { ...row, resent: true };
}

/** The row of a doubt that a newer update has overtaken: only asked about from here on. */
export function markOvertaken(row: ExceptionRow): ExceptionRow {
  const doubtful = row.state === 'doubt' ? row : abandonCall(row);
  return { ...doubtful, overtaken: true };
}

function waiting(row: ExceptionRow, cause: Cause, nextAt: Instant): ExceptionRow {
  return { ...row, state: 'waiting', nextAt, cause };
}
