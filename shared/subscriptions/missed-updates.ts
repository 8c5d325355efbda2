import { audienceOf } from '../domain/audience.ts';
import { chunkOf } from '../domain/hash-range.ts';
import { sequenceOf } from '../domain/incident.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { DAY, type Instant, type Millis } from '../domain/time.ts';
import type { LastToldDependencies } from './last-told.ts';

/** How far back an endpoint may have sent again what it missed. */
export const LONGEST_BACK: Millis = 14 * DAY;

/**
 * Of the page's last twenty updates those since `since` that concern an endpoint and did not reach it, oldest first: they failed for
 * good, or came while it was not used. What is still being tried is not missed, and what was told is never sent again by this.
 */
export async function missedUpdates(
  deps: Pick<LastToldDependencies, 'activity' | 'incidents' | 'updates' | 'exceptions'>,
  endpoint: Subscriber,
  since: Instant,
): Promise<readonly string[]> {
  const { page, channel, h } = endpoint;
  const recent = (await deps.activity.get(page)).updates.filter(({ acceptedAt }) => acceptedAt >= since);
  const stored = await deps.updates.getMany(
    page,
    recent.map(({ id }) => id),
  );
  const missed = await Promise.all(
    recent.toReversed().map(async ({ id, incident: incidentId }) => {
      const update = stored.get(id)?.update;
      const incident = await deps.incidents.get(page, incidentId);
      if (update === undefined || incident === undefined || sequenceOf(incident, id) === undefined) return [];
      const of = incident.chunks[channel];
      if (of === 0 || !audienceOf(incident, update)({ ...endpoint, state: 'active' })) return [];
      const ref = { page, update: id, channel, chunk: chunkOf(h, of), of };
      const rows = await deps.exceptions.readChunk(ref, { after: h.slice(0, -1), upTo: h });
      const row = rows.find((one) => one.h === h);
      if (row !== undefined) return row.state === 'failed' || row.state === 'suppressed' ? [id] : [];
      return wasUnused(endpoint, update.acceptedAt) ? [id] : [];
    }),
  );
  return missed.flat();
}

function wasUnused({ quarantine, outage }: Subscriber, at: Instant): boolean {
  if (quarantine !== undefined) return at >= quarantine.at;
  return outage !== undefined && at >= outage.from && at < outage.until;
}
