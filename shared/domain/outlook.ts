import type { ChunkEntry } from './chunk.ts';
import { chunkRange, shareOf } from './hash-range.ts';
import { type Instant, SECOND } from './time.ts';

/** What is still to be told on one channel, and when everybody will have been called once. An estimate, and honest about not knowing. */
export interface Outlook {
  /** Recipients who have not been called yet: from the rows not yet reached, of which as many match as of those that were. */
  readonly remaining: number;
  /** The provider refuses everything until then, at least. */
  readonly pausedUntil?: Instant;
  /** Absent where neither a rate is set nor anything was told by which to judge. */
  readonly finishAt?: Instant;
}

export interface OutlookFacts {
  readonly of: number;
  readonly entries: ReadonlyMap<number, ChunkEntry>;
  /** Subscribers of the page on this channel. */
  readonly rows: number;
  /** Deliveries a second that the channel is paced to. */
  readonly rate: number | undefined;
  readonly pausedUntil: Instant | undefined;
  readonly now: Instant;
}

/**
 * When an update will have been told on a channel: `remaining / rate` from now, or from the end of a pause. The rate is that of the
 * channel, or what was told a second so far. Other updates that share the rate make it later; retries come after.
 */
export function outlookOf({ of, entries, rows, rate, pausedUntil, now }: OutlookFacts): Outlook {
  let reached = 0;
  let matched = 0;
  const spans: Instant[] = [];
  for (const [chunk, { done, cursor, counts, firstToldAt, lastToldAt }] of entries) {
    const range = chunkRange(chunk, of);
    reached += done ? 1 / of : shareOf({ after: range.after, upTo: cursor });
    matched += counts.told + counts.superseded + counts.exceptions;
    for (const at of [firstToldAt, lastToldAt]) if (at !== undefined) spans.push(at);
  }
  const left = Math.max(0, 1 - reached);
  const perShare = reached > 0 ? matched / reached : rows;
  const remaining = entries.size === of && left < 1e-9 ? 0 : Math.round(left * perShare);
  const isPaused = pausedUntil !== undefined && pausedUntil > now;
  if (remaining === 0) return { remaining };
  const took = Math.max(...spans, 0) - Math.min(...spans, Number.POSITIVE_INFINITY);
  const speed = rate ?? (took > 0 ? (matched * SECOND) / took : undefined);
  const startsAt = isPaused ? pausedUntil : now;
  return {
    remaining,
    ...(isPaused && { pausedUntil }),
    ...(speed !== undefined && { finishAt: Math.round(startsAt + (remaining * SECOND) / speed) }),
  };
}
