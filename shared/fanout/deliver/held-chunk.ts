import {
  type ChunkEntry,
  claim,
  confirmAndClaim,
  finish,
  giveBack,
  type Hold,
  NOTHING,
  position,
  rest,
  takeOver,
  type WindowTally,
} from '../../domain/chunk.ts';
import type { HashRange } from '../../domain/hash-range.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { LedgerStore } from '../../store/ledger.ts';
import { type ChunkJob, chunkRef } from './job.ts';

export interface HoldDependencies {
  readonly ledger: Pick<LedgerStore, 'swap'>;
  readonly clock: Pick<Clock, 'now'>;
}

export type HeldChunk = ReturnType<typeof heldChunk>;

/**
 * One chunk's entry in one pair of hands. Each step is one conditional write, and answers with false or nothing if it was
 * refused: then the chunk is somebody else's, and nothing may follow.
 *
 * What a window came to is noted first and written with the next step, so that telling windows one after the other costs a
 * write each. `seen` is the entry as the caller read it; a stale one loses its first step and changes nothing.
 */
export function heldChunk(
  { ledger, clock }: HoldDependencies,
  job: ChunkJob,
  range: HashRange,
  seen: ChunkEntry | undefined,
) {
  const ref = chunkRef(job, job.update);
  const { supersededBy } = job;
  const hold: Hold = supersededBy ? { ...job.hold, supersededBy: supersededBy.id } : job.hold;
  let entry = seen;
  // Of the window that we hold and have told: noted, not yet written.
  let tally: WindowTally | undefined;

  async function swap(next: ChunkEntry): Promise<ChunkEntry | undefined> {
    if (!(await ledger.swap(ref, entry, next, clock.now()))) return;
    entry = next;
    return next;
  }

  const claimedUpTo = (cursor: string, now: Instant): ChunkEntry =>
    entry === undefined || tally === undefined
      ? claim(entry, hold, range.after, cursor, now)
      : confirmAndClaim(entry, tally, hold, cursor, now);

  return {
    /** Work goes on after this hash. */
    position: () => position(entry, range.after),
    /** Whether a step was taken. */
    begun: () => entry !== seen,

    /** Takes over a chunk that was abandoned, with its window in doubt: nobody of that is to be told. */
    async takeOver(abandoned: ChunkEntry): Promise<boolean> {
      return (await swap(takeOver(abandoned, hold, clock.now()))) !== undefined;
    },

    /** Claims everybody up to `cursor`, and writes what the window before came to. */
    async claim(cursor: string): Promise<ChunkEntry | undefined> {
      const claimed = await swap(claimedUpTo(cursor, clock.now()));
      if (claimed) tally = undefined;
      return claimed;
    },

    /** Notes what the window that is held came to. */
    note(told: WindowTally): void {
      tally = told;
    },

    /** Writes what was noted and lets go at the window's edge. */
    async confirm(): Promise<boolean> {
      if (entry === undefined || tally === undefined) return true;
      if (!(await swap(rest(entry, tally, clock.now())))) return false;
      tally = undefined;
      return true;
    },

    /** Undoes the claim of a window that was surely not sent. */
    async giveBack(): Promise<boolean> {
      return entry === undefined || (await swap(giveBack(entry, clock.now()))) !== undefined;
    },

    /** The last step: what was noted is all that was told; the rest concerns nobody, or `skipped` who are told otherwise or not at all. */
    finish(skipped: Partial<Pick<WindowTally, 'superseded' | 'expired'>>): Promise<ChunkEntry | undefined> {
      const now = clock.now();
      return swap(finish(claimedUpTo(range.upTo, now), { ...NOTHING, ...skipped }, now));
    },
  };
}
