/**
 * The ledger's protocol for one chunk of one update, as pure transitions. The store keeps one entry per chunk and
 * replaces it by compare-and-swap on `owner`, `cursor` and `leaseUntil`; what may follow what is said here alone.
 *
 * Promise: everything with `h <= cursor` is claimed, everything with `h <= prev` is settled, and the recipients
 * of `(prev, cursor]` are being told by the owner. Found with the lease over, they are in doubt, never pending.
 * Not promised: that the owner of a lapsed lease has stopped. It may finish the one window that it had claimed
 * until `endsAt`; every write of it after that is refused.
 */
import type { Instant, Millis } from './time.ts';

/** What the settled windows of a chunk came to. Absolute values, never added to: a repeated write counts once. */
export interface ChunkCounts {
  readonly told: number;
  readonly superseded: number;
  /** Not told because it was too late: failed, without a row each. */
  readonly expired?: number;
  /** Deliveries that left the chunk as rows of their own, counted by the state of those rows. */
  readonly exceptions: number;
}

export interface ChunkEntry {
  /** Random per handling of a chunk: two doorbells of one batch are two owners. */
  readonly owner: string;
  readonly leaseUntil: Instant;
  /** When the owner's function must have ended. Until then it may still be calling. */
  readonly endsAt: Instant;
  /** When the window `(prev, cursor]` was claimed. */
  readonly claimedAt: Instant;
  readonly prev: string;
  readonly cursor: string;
  /** The newer update that the window gives way to: only recipients whom that one does not concern are called. */
  readonly supersededBy?: string;
  readonly done: boolean;
  readonly counts: ChunkCounts;
  readonly firstToldAt?: Instant;
  readonly lastToldAt?: Instant;
}

/** Who claims, for how long, and when it must have ended. `supersededBy`: as in the entry. */
export interface Hold {
  readonly owner: string;
  readonly leaseMs: Millis;
  readonly endsAt: Instant;
  readonly supersededBy?: string;
}

/** What one window came to. */
export interface WindowTally {
  readonly told: number;
  readonly superseded: number;
  readonly expired?: number;
  readonly exceptions: number;
  readonly firstToldAt?: Instant;
  readonly lastToldAt?: Instant;
}

export type ChunkState = 'absent' | 'claimed' | 'resting' | 'abandoned' | 'done';

export const NOTHING: WindowTally = { told: 0, superseded: 0, exceptions: 0 };

/** The state of a chunk, read from its entry. Absent, resting and abandoned chunks are free: anyone may take them. */
export function chunkState(entry: ChunkEntry | undefined, now: Instant): ChunkState {
  if (entry === undefined) return 'absent';
  if (entry.done) return 'done';
  if (entry.leaseUntil > now) return 'claimed';
  return entry.prev === entry.cursor ? 'resting' : 'abandoned';
}

/** Where work on a chunk goes on: after this hash. */
export function position(entry: ChunkEntry | undefined, low: string): string {
  return entry === undefined ? low : entry.cursor;
}

/** First claim, or takeover of a resting chunk: the window from its position to `cursor` is the owner's. */
export function claim(
  entry: ChunkEntry | undefined,
  hold: Hold,
  low: string,
  cursor: string,
  now: Instant,
): ChunkEntry {
  const prev = position(entry, low);
  return {
    ...times(entry),
    owner: hold.owner,
    leaseUntil: now + hold.leaseMs,
    endsAt: hold.endsAt,
    claimedAt: now,
    prev,
    cursor,
    ...(hold.supersededBy !== undefined && { supersededBy: hold.supersededBy }),
    done: false,
    counts: entry?.counts ?? NOTHING,
  };
}

/**
 * Takeover of an abandoned chunk: the window in doubt stays as it is, under a new owner who records its recipients
 * as in doubt and tells none of them. `claimedAt` stays, and `endsAt` never shrinks: the first owner may live.
 */
export function takeOver(entry: ChunkEntry, hold: Hold, now: Instant): ChunkEntry {
  return {
    ...entry,
    owner: hold.owner,
    leaseUntil: now + hold.leaseMs,
    endsAt: Math.max(entry.endsAt, hold.endsAt),
  };
}

/** Confirms the claimed window and claims the next, in one write. */
export function confirmAndClaim(
  entry: ChunkEntry,
  tally: WindowTally,
  hold: Hold,
  cursor: string,
  now: Instant,
): ChunkEntry {
  return claim(confirmed(entry, tally), hold, entry.cursor, cursor, now);
}

/** Confirms the claimed window and lets go at its edge. */
export function rest(entry: ChunkEntry, tally: WindowTally, now: Instant): ChunkEntry {
  return { ...confirmed(entry, tally), leaseUntil: now };
}

/** Undoes the claim of a window that was surely not sent. */
export function giveBack(entry: ChunkEntry, now: Instant): ChunkEntry {
  return { ...entry, cursor: entry.prev, leaseUntil: now };
}

/** Confirms the claimed window as the last of the chunk. Final. */
export function finish(entry: ChunkEntry, tally: WindowTally, now: Instant): ChunkEntry {
  return { ...confirmed(entry, tally), leaseUntil: now, done: true };
}

function confirmed(entry: ChunkEntry, tally: WindowTally): ChunkEntry {
  const firstToldAt = entry.firstToldAt ?? tally.firstToldAt;
  const lastToldAt = tally.lastToldAt ?? entry.lastToldAt;
  const expired = (entry.counts.expired ?? 0) + (tally.expired ?? 0);
  return {
    ...entry,
    prev: entry.cursor,
    counts: {
      told: entry.counts.told + tally.told,
      superseded: entry.counts.superseded + tally.superseded,
      ...(expired > 0 && { expired }),
      exceptions: entry.counts.exceptions + tally.exceptions,
    },
    ...(firstToldAt !== undefined && { firstToldAt }),
    ...(lastToldAt !== undefined && { lastToldAt }),
  };
}

function times(entry: ChunkEntry | undefined): Pick<ChunkEntry, 'firstToldAt' | 'lastToldAt'> {
  return {
    ...(entry?.firstToldAt !== undefined && { firstToldAt: entry.firstToldAt }),
    ...(entry?.lastToldAt !== undefined && { lastToldAt: entry.lastToldAt }),
  };
}
