/**
 * The pace of one channel, for all processes that share its provider: pure transitions, like the chunk's.
 *
 * The provider's rate is handed out as time. Whoever wants to make `n` deliveries reserves the next `n / rate` seconds that nobody
 * has reserved yet, by moving `freeAt`. One process alone gets all of the rate, ten get what they ask for in turn, and nobody has to
 * know how many there are. A process that dies takes the little that it had reserved with it: time is lost, never a delivery.
 *
 * Promised: over any time the starts reserved are at most `rate` a second, `CREDIT` besides, and what remained to each process of an
 * earlier reservation. Not promised: that clocks agree. One that is ahead by a second leaves a second of the rate unused; one that is
 * behind starts a second late, beside whoever comes next.
 */
import type { Channel } from './channel.ts';
import { type Instant, MINUTE, type Millis, SECOND } from './time.ts';

export interface Pace {
  /** All of the rate before this is spoken for. */
  readonly freeAt: Instant;
  /** The same for the part of it that is kept for errands: confirmations and other mail that is about no incident. */
  readonly errandsFreeAt: Instant;
  /** Deliveries a second that the provider said it takes, and when it was asked. */
  readonly limit?: number;
  readonly limitAt?: Instant;
  /** The provider throttled all the same: only this part of the rate from then on, growing back by and by. */
  readonly slowedTo?: number;
  readonly slowedAt?: Instant;
  /** Who wrote it: random per writing, so that two who write in the same instant are told apart. */
  readonly by: string;
}

/** Where the rate of a channel comes from. Without either it is not paced. */
export interface RateSource {
  /** Deliveries a second, as the operator has set it. */
  readonly setting?: number | undefined;
  /** Whether the provider can be asked. */
  readonly canAsk: boolean;
}

/** Others may send from the same account, and SES counts by a clock of its own. (Decision 41.) */
const OF_LIMIT = 0.9;

/** A provider that was left idle for a moment does not give the moment back: at exactly its rate we would never catch up. */
const OF_SETTING = 0.98;

/** What a provider is taken to take until it was asked: what SES gives a new account. */
const UNASKED_LIMIT = 14;

/** The part of the rate that confirmations can count on while a fan-out is running. */
export const ERRANDS_SHARE = 0.05;

/** What was not used so long ago is used all the same: the time that a reservation takes to be written is not lost. */
export const CREDIT: Millis = 250;

/**
 * How long a process may be late with what it has reserved. Its calls take longer than their part of the rate, so with one chunk in
 * work it is late by that much all the time, and others are early by as much: only together they come up to the rate.
 */
export function keepsFor(windowSize: number, rate: number): Millis {
  const blockMs = (WINDOWS_PER_BLOCK * windowSize * SECOND) / rate;
  return Math.max(SHORTEST_KEEPS, LONGEST_KEEPS - blockMs);
}

/**
 * Of what a process did not use in time, the part that does not lapse. The last window of a chunk is never quite as large as was
 * expected, and what remains is too little for a window of another: it makes the process's next reservation shorter. At most half a
 * window, so that ten processes that come back at once are not too many.
 */
export function remainder(left: number, windowSize: number): number {
  return Math.min(left, windowSize / 2);
}

const SHORTEST_KEEPS: Millis = 500;
const LONGEST_KEEPS: Millis = 2 * SECOND;

/** Errands that may leave at once after a quiet time, in seconds of the whole rate. */
const ERRANDS_BURST_SECONDS = 0.25;

const SLOWER = 0.75;
const SLOWEST = 0.1;
/** Calls in flight are throttled together: that is one reason to slow down, not ten. */
const SLOWING_COUNTS_ONCE: Millis = 5 * SECOND;
const GROWS_BACK_IN: Millis = 10 * MINUTE;

/** How far ahead anything is reserved. What would start later is not waited for in a running function. */
const LONGEST_BLOCK: Millis = 5 * SECOND;
const LONGEST_PATIENCE: Millis = 2 * LONGEST_BLOCK;
const SHORTEST_PATIENCE: Millis = 2 * SECOND;
/** Windows of one reservation: one write for several, so that pacing costs a tenth of what the ledger does. */
const WINDOWS_PER_BLOCK = 5;
/** Longest that a doorbell which is late stays away. */
const LONGEST_AWAY: Millis = MINUTE;

/** A channel that nobody has paced yet. */
export const UNUSED: Pace = { freeAt: 0, errandsFreeAt: 0, by: '' };

/** Whether anything says how fast a channel may go. */
export function isPaced({ setting, canAsk }: RateSource): boolean {
  return setting !== undefined || canAsk;
}

/** Deliveries a second, right now; undefined for as fast as we can. */
export function rateNow(pace: Pace | undefined, source: RateSource, now: Instant): number | undefined {
  const limit = source.canAsk ? OF_LIMIT * (pace?.limit ?? UNASKED_LIMIT) : Number.POSITIVE_INFINITY;
  const rate = Math.min(OF_SETTING * (source.setting ?? Number.POSITIVE_INFINITY), limit);
  return Number.isFinite(rate) ? rate * slowdown(pace, now) : undefined;
}

function slowdown(pace: Pace | undefined, now: Instant): number {
  if (pace?.slowedTo === undefined || pace.slowedAt === undefined) return 1;
  return Math.min(1, pace.slowedTo + (now - pace.slowedAt) / GROWS_BACK_IN);
}

/** Recipients of one window: never more than comes free in half a second, so that two that meet are not too many at once. */
export function callSize(windowSize: number, rate: number | undefined): number {
  return Math.min(windowSize, Math.max(1, Math.floor((rate ?? Number.POSITIVE_INFINITY) / 2)));
}

export interface Wanted {
  /** Deliveries that are about to be made. */
  readonly tokens: number;
  /** Deliveries that will likely follow, by the same chunk; and after it, where nobody else wants the rate. */
  readonly expected: number;
  readonly expectedAfter: number;
  /** Chunks of this process that are waiting for the rate, this one included. */
  readonly askers: number;
  readonly windowSize: number;
  readonly rate: number;
  readonly now: Instant;
  /** When the last of them must have been begun. */
  readonly latest: Instant;
  /** Whether to wait for a turn that comes soon; else only what is free now is taken. */
  readonly patient: boolean;
}

export type Reserved =
  | { readonly kind: 'reserved'; readonly pace: Pace; readonly startsAt: Instant; readonly tokens: number }
  /** Not now: the rate is free after this long. `crowded`: others have it until then; else there is no time left to begin. */
  | { readonly kind: 'later'; readonly afterMs: Millis; readonly crowded: boolean };

/** Reserves what is wanted, and as much of what is expected as one writing may hold. */
export function reserve(pace: Pace, wanted: Wanted): Reserved {
  const { tokens, expected, expectedAfter, askers, windowSize, rate, now, latest, patient } = wanted;
  const perMs = rate / SECOND;
  const startsAt = Math.max(pace.freeAt, now - CREDIT);
  const roomMs = latest - startsAt;
  const block = WINDOWS_PER_BLOCK * windowSize * askers;
  const most = Math.floor(Math.min(block, LONGEST_BLOCK * perMs, Math.max(0, roomMs) * perMs));
  // Who needs this window and no more holds nobody up for long, and would come back often: a small page beside a huge one.
  const isLast = expected + expectedAfter < 1;
  const patience = isLast
    ? LONGEST_PATIENCE
    : Math.min(LONGEST_PATIENCE, Math.max(SHORTEST_PATIENCE, (2 * block) / perMs));
  const crowded = startsAt - now > (patient ? patience : CREDIT);
  if (crowded || roomMs < 0) {
    return { kind: 'later', afterMs: Math.max(0, Math.ceil(startsAt - now)), crowded };
  }
  // With others waiting, what is reserved and not used is lost to them.
  const following = startsAt <= now ? expected + expectedAfter : expected;
  const taken = Math.max(tokens, Math.min(tokens + Math.round(following * askers), most));
  return { kind: 'reserved', pace: { ...pace, freeAt: startsAt + taken / perMs }, startsAt, tokens: taken };
}

/**
 * When a doorbell that found the rate taken comes back: at its place in the plan; late already, after a wait that grows with how
 * late it is, since whoever holds the rate goes on from chunk to chunk by itself. `random` is in [0, 1).
 */
export function comeBackAfter(
  crowdedMs: Millis,
  { dueAt, now, random }: { dueAt: Instant; now: Instant; random: number },
): Millis {
  if (dueAt > now) return Math.max(crowdedMs, dueAt - now);
  return Math.max(crowdedMs, Math.min(LONGEST_AWAY, (now - dueAt) / 8)) * (1 + random / 2);
}

/**
 * Reserves one errand, which starts at once: within the share that is kept for errands, or with what nobody else wants. The fan-out's
 * next reservation moves back by as much, so both together keep to the rate.
 */
export function reserveErrand(pace: Pace, rate: number, now: Instant): Reserved {
  const perMs = rate / SECOND;
  const share = ERRANDS_SHARE * perMs;
  const burst = Math.max(1, ERRANDS_BURST_SECONDS * rate);
  const laneAt = Math.max(pace.errandsFreeAt, now - (burst - 1) / share);
  const startsAt = Math.min(Math.max(laneAt, now), Math.max(pace.freeAt, now));
  if (startsAt > now) return { kind: 'later', afterMs: Math.ceil(startsAt - now), crowded: true };
  const freeAt = Math.max(pace.freeAt, now - CREDIT) + 1 / perMs;
  const errandsFreeAt = laneAt <= now ? laneAt + 1 / share : pace.errandsFreeAt;
  return { kind: 'reserved', pace: { ...pace, freeAt, errandsFreeAt }, startsAt: now, tokens: 1 };
}

/** The pace after the provider throttled; unchanged when it was slowed down for the same reason a moment ago. */
export function slowDown(pace: Pace, now: Instant): Pace {
  if (pace.slowedAt !== undefined && now - pace.slowedAt < SLOWING_COUNTS_ONCE) return pace;
  return { ...pace, slowedTo: Math.max(SLOWEST, slowdown(pace, now) * SLOWER), slowedAt: now };
}

/** Where each channel's rate comes from: SES can be asked, and what the operator has set may only lower its answer. */
export function rateSource(channel: Channel, setting: number | undefined): RateSource {
  return { setting, canAsk: channel === 'email' };
}
