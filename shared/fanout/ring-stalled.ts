import { CHANNELS } from '../domain/channel.ts';
import { type ChunkEntry, chunkState } from '../domain/chunk.ts';
import type { Incident } from '../domain/incident.ts';
import type { SubscriberCounts } from '../domain/placement.ts';
import type { Instant } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { StoredUpdate } from '../store/updates.ts';
import type { Doorbells } from './accept.ts';
import type { Gates } from './gates.ts';
import { ON_ITS_WAY, type Ring, turnOf } from './plan.ts';
import type { Entries } from './read-receipt.ts';

const FEW = 2;
const SWEEP_SECONDS = 60;

/** Rings the chunks of one update that are free and should have moved. Returns how many the queues took. */
export async function ringStalled(
  { doorbells, clock }: { readonly doorbells: Doorbells; readonly clock: Pick<Clock, 'now'> },
  incident: Incident,
  { update, enqueuedAt = update.acceptedAt }: StoredUpdate,
  counts: SubscriberCounts,
  entries: Entries,
  gates: Gates,
): Promise<number> {
  const now = clock.now();
  const rings: Ring[] = [];
  for (const channel of CHANNELS) {
    const of = incident.chunks[channel];
    const rows = counts[channel] ?? 0;
    const { rate, open } = gates[channel];
    let left = mostStalled(rate, rows / of);
    for (let chunk = 0; chunk < of && left > 0; chunk++) {
      const startsAt = enqueuedAt + turnOf(chunk, of, rows, rate);
      if (!shouldHaveMoved(entries[channel].get(chunk), startsAt, now) || !open()) continue;
      left--;
      const { page, id } = update;
      rings.push({ doorbell: { page, incident: incident.id, update: id, channel, chunk, of }, delayMs: 0 });
    }
  }
  return rings.length - (await doorbells.ring(rings));
}

/**
 * Chunks that are rung for one update and channel in one sweep: what the rate can do until the next, and a few. Behind them a long
 * backlog waits for its turn, and more doorbells would not bring that forward. The first in line come first.
 */
function mostStalled(rate: number | undefined, rowsPerChunk: number): number {
  if (rate === undefined) return Number.POSITIVE_INFINITY;
  return FEW + Math.ceil((rate * SWEEP_SECONDS) / Math.max(1, rowsPerChunk));
}

function shouldHaveMoved(entry: ChunkEntry | undefined, startsAt: Instant, now: Instant): boolean {
  switch (chunkState(entry, now)) {
    case 'absent':
      return now > startsAt + ON_ITS_WAY;
    case 'resting':
    case 'abandoned':
      return now > (entry?.leaseUntil ?? 0) + ON_ITS_WAY;
    case 'claimed':
    case 'done':
      return false;
  }
}
