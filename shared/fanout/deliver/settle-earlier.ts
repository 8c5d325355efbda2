import type { ChannelSender } from '../../channels/channel.ts';
import { type ExceptionRow, end, isOpen, markOvertaken } from '../../domain/exception.ts';
import type { HashRange } from '../../domain/hash-range.ts';
import { type Instant, type Millis, SECOND } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ExceptionStore } from '../../store/exceptions.ts';
import { type ChunkJob, chunkRef } from './job.ts';
import type { Window } from './next-window.ts';

export interface SettleDependencies {
  readonly sender: Pick<ChannelSender, 'doubt'>;
  readonly exceptions: Pick<ExceptionStore, 'readChunk' | 'swap'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A moment, for a row that somebody else changed while we looked at it. */
const A_MOMENT: Millis = SECOND;

/**
 * Before a window is claimed: open deliveries of earlier updates to its recipients come to an end, so that no
 * older update follows a newer one. Waiting ones are superseded; one that is being called right now is waited for.
 * Returns how long the window has to wait; 0 when it may be claimed.
 */
export async function settleEarlier(
  deps: SettleDependencies,
  job: ChunkJob,
  window: Window,
  from: string,
): Promise<Millis> {
  if (job.earlier.length === 0 || window.recipients.length === 0) return 0;
  const concerned = new Set(window.recipients.map(({ h }) => h));
  const range: HashRange = { after: from, upTo: window.cursor };
  let wait: Millis = 0;
  for (const update of job.earlier) {
    const ref = chunkRef(job, update);
    const rows = await deps.exceptions.readChunk(ref, range);
    for (const row of rows) {
      if (!isOpen(row) || !concerned.has(row.h)) continue;
      const now = deps.clock.now();
      const settled = settleRow(row, now, deps.sender.doubt);
      if (typeof settled === 'number') wait = Math.max(wait, settled - now);
      else if (settled !== row && !(await deps.exceptions.swap(ref, row, settled, now))) {
        wait = Math.max(wait, A_MOMENT);
      }
    }
  }
  return wait;
}

/** An open row as settled for a newer update, or the instant until which it has to be waited for. */
export function settleRow(
  row: ExceptionRow,
  now: Instant,
  doubt: ChannelSender['doubt'],
): ExceptionRow | Instant {
  if (row.state === 'waiting') {
    // Sent again while in doubt and put off: the first call may have told.
    return row.resent ? end(row, 'inDoubt', row.cause) : end(row, 'superseded', 'fanout.newerUpdate');
  }
  if (row.state === 'calling' && (row.nextAt ?? 0) > now) return row.nextAt ?? 0;
  const callerEndsAt = row.callerEndsAt ?? 0;
  if (callerEndsAt > now) return callerEndsAt;
  if (row.overtaken) return row;
  return doubt === 'ask' ? markOvertaken(row) : end(row, 'inDoubt', row.cause);
}
