import type { Channel } from '../domain/channel.ts';
import { CHANNELS } from '../domain/channel.ts';
import type { Doorbell } from '../domain/doorbell.ts';
import type { Incident } from '../domain/incident.ts';
import type { SubscriberCounts } from '../domain/placement.ts';
import { type Millis, SECOND } from '../domain/time.ts';

/** A doorbell and how long it waits in the queue before anybody hears it. */
export interface Ring {
  readonly doorbell: Doorbell;
  readonly delayMs: Millis;
}

/** Deliveries per second that a provider takes, by channel. Absent: as fast as we can. */
export type Rates = Readonly<Partial<Record<Channel, number>>>;

/** The longest stagger: what lies beyond comes then, and goes back with what is left. */
const LONGEST_STAGGER: Millis = 900 * SECOND;

/** What was rung for a moment ago is still on its way. */
export const ON_ITS_WAY: Millis = 5 * SECOND;

/**
 * The doorbells of one update: M per channel, whatever the number of subscribers. Chunk `i` is staggered to when
 * the provider's rate has room for it. Reads nothing: planning a million costs as much as planning a thousand.
 */
export function planDoorbells(
  incident: Incident,
  update: string,
  counts: SubscriberCounts,
  rates: Rates,
): readonly Ring[] {
  return CHANNELS.flatMap((channel) =>
    Array.from({ length: incident.chunks[channel] }, (_, chunk) => ({
      doorbell: {
        page: incident.page,
        incident: incident.id,
        update,
        channel,
        chunk,
        of: incident.chunks[channel],
      },
      delayMs: staggerOf(chunk, incident.chunks[channel], counts[channel] ?? 0, rates[channel]),
    })),
  );
}

/** How long chunk `chunk` of `of` waits in the queue at first. */
export function staggerOf(chunk: number, of: number, rows: number, rate: number | undefined): Millis {
  return Math.min(LONGEST_STAGGER, turnOf(chunk, of, rows, rate));
}

/** When a provider of `rate` deliveries a second has room for chunk `chunk` of `of`, if all `rows` rows are to be told. */
export function turnOf(chunk: number, of: number, rows: number, rate: number | undefined): Millis {
  if (rate === undefined) return 0;
  const rowsBefore = (chunk * rows) / of;
  return Math.floor(rowsBefore / rate) * SECOND;
}
