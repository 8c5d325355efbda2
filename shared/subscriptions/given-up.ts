import type { ChunkEntry } from '../domain/chunk.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { type Instant, MINUTE, type Millis } from '../domain/time.ts';

/** As long as an accepted update may take to get to a subscriber's row. */
const ON_ITS_WAY: Millis = 15 * MINUTE;

/**
 * Whether an update passed a subscriber by because they were in quarantine. For updates without an exception row: such a row says by
 * itself what came of them. `entry`: the chunk that they are in. Where it was being told in the very minutes in which they were given up,
 * nobody knows whether their row was read before that or after: then they count as passed by.
 */
export function wasPassedBy(
  { quarantine, outage }: Pick<Subscriber, 'quarantine' | 'outage'>,
  acceptedAt: Instant,
  entry: Pick<ChunkEntry, 'lastToldAt'> | undefined,
): boolean {
  const outages = [
    ...(outage === undefined ? [] : [outage]),
    ...(quarantine === undefined ? [] : [{ from: quarantine.at, until: Number.POSITIVE_INFINITY }]),
  ];
  return outages.some(({ from, until }) => {
    if (acceptedAt >= until || acceptedAt < from - ON_ITS_WAY) return false;
    return acceptedAt >= from || (entry?.lastToldAt ?? from) >= from;
  });
}
