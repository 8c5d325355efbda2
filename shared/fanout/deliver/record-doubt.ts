import { type Audience, audienceOf } from '../../domain/audience.ts';
import type { ChunkEntry, WindowTally } from '../../domain/chunk.ts';
import { doubtRow } from '../../domain/exception.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ExceptionStore } from '../../store/exceptions.ts';
import type { SubscriberStore } from '../../store/subscribers.ts';
import { type ChunkJob, chunkRef } from './job.ts';
import { FRESH } from './next-window.ts';

export interface DoubtDependencies {
  readonly subscribers: Pick<SubscriberStore, 'readRange'>;
  readonly exceptions: Pick<ExceptionStore, 'readChunk' | 'putNew'>;
  readonly clock: Pick<Clock, 'now'>;
}

const ROWS_PER_READ = 500;

/**
 * Records the recipients of an abandoned window as in doubt: the dead owner may have told them. Recipients who have
 * a row already are no doubt, their outcome is known; nor are those whom a newer update tells, whom nobody was to call. The rest of
 * the chunk need not wait for what comes of these.
 */
export async function recordDoubt(
  deps: DoubtDependencies,
  job: ChunkJob,
  abandoned: ChunkEntry,
  audience: Audience,
): Promise<WindowTally> {
  const ref = chunkRef(job, job.update);
  // The window was read before it was claimed, by so much at most, and never before its update was there.
  const readFrom = Math.max(abandoned.claimedAt - FRESH, job.update.acceptedAt);
  const { supersededBy } = job;
  const skipped: Audience =
    supersededBy !== undefined && supersededBy.id === abandoned.supersededBy
      ? audienceOf(job.incident, supersededBy)
      : () => false;
  let superseded = 0;
  let after = abandoned.prev;
  for (;;) {
    const range = { after, upTo: abandoned.cursor };
    const { rows, exhausted } = await deps.subscribers.readRange(
      job.page.id,
      job.channel,
      range,
      ROWS_PER_READ,
    );
    const now = deps.clock.now();
    const concerned = rows.map((row) => asOf(readFrom, row)).filter(audience);
    const called = concerned.filter((row) => !skipped(row));
    superseded += concerned.length - called.length;
    await Promise.all(
      called.map(({ h }) =>
        deps.exceptions.putNew(ref, doubtRow(h, abandoned.claimedAt, abandoned.endsAt, now), now),
      ),
    );
    after = rows.at(-1)?.h ?? after;
    if (exhausted) break;
  }
  const recorded = await deps.exceptions.readChunk(ref, { after: abandoned.prev, upTo: abandoned.cursor });
  return { told: 0, superseded, exceptions: recorded.length };
}

/** Somebody as they were at that moment: who has left since, or was given up, may have been told before. */
function asOf(instant: Instant, row: Subscriber): Subscriber {
  const { state, unsubscribedAt = 0, quarantine } = row;
  const wasActive =
    (state === 'unsubscribed' && unsubscribedAt >= instant) ||
    (state === 'quarantined' && (quarantine?.at ?? 0) >= instant);
  return wasActive ? { ...row, state: 'active' } : row;
}
