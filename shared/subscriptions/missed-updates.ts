import { audienceOf } from '../domain/audience.ts';
import { chunkOf } from '../domain/hash-range.ts';
import type { Incident } from '../domain/incident.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { DAY, type Instant, type Millis } from '../domain/time.ts';
import type { ExceptionStore } from '../store/exceptions.ts';
import type { IncidentLists } from '../store/incident-lists.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { UpdateStore } from '../store/updates.ts';
import { wasPassedBy } from './given-up.ts';

export interface MissedDependencies {
  readonly incidents: Pick<IncidentLists, 'listNewest' | 'getMany'>;
  readonly updates: Pick<UpdateStore, 'getMany'>;
  readonly ledger: Pick<LedgerStore, 'read'>;
  readonly exceptions: Pick<ExceptionStore, 'readChunk'>;
}

/** An update that an endpoint missed. */
export interface MissedUpdate {
  readonly id: string;
  readonly acceptedAt: Instant;
}

/** Which updates are looked at, by the time at which they were accepted: from `since` to just before `until`. */
export interface Span {
  readonly since: Instant;
  readonly until: Instant;
}

/** How far back an endpoint may have sent again what it missed. */
export const LONGEST_BACK: Millis = 14 * DAY;

/** Reads of the ledger side by side. */
const READ_AT_ONCE = 10;

/**
 * The page's updates of a span of time that concern an endpoint and did not reach it, oldest first: they failed for good, or came while it
 * was not used. What is still being tried is not missed, and what was told is not sent again by this, except where it cannot be known
 * (`wasPassedBy`). Reads every incident that had an update in the span, and one or two items for each update that concerns the endpoint.
 */
export async function missedUpdates(
  deps: MissedDependencies,
  endpoint: Subscriber,
  span: Span,
): Promise<readonly MissedUpdate[]> {
  const places = (await incidentsOf(deps, endpoint.page, span.since))
    .flatMap((incident) => placesOf(incident, span))
    .sort((a, b) => a.acceptedAt - b.acceptedAt);
  const stored = await deps.updates.getMany(
    endpoint.page,
    places.map(({ id }) => id),
  );
  const concerning = places.filter(({ id, incident }) => {
    const update = stored.get(id)?.update;
    return update !== undefined && audienceOf(incident, update)({ ...endpoint, state: 'active' });
  });
  const missed: MissedUpdate[] = [];
  for (let start = 0; start < concerning.length; start += READ_AT_ONCE) {
    const some = concerning.slice(start, start + READ_AT_ONCE);
    const verdicts = await Promise.all(some.map((place) => isMissed(deps, endpoint, place)));
    missed.push(...some.filter((_, index) => verdicts[index]));
  }
  return missed;
}

/** The incidents of a page whose newest update is no older. */
async function incidentsOf({ incidents }: MissedDependencies, page: string, since: Instant) {
  const ids: string[] = [];
  for await (const { id, at } of incidents.listNewest(page)) {
    if (at < since) break;
    ids.push(id);
  }
  return incidents.getMany(page, ids);
}

/** One update in its incident. */
interface Place extends MissedUpdate {
  readonly incident: Incident;
}

function placesOf(incident: Incident, { since, until }: Span): readonly Place[] {
  return incident.history.flatMap((id, index) => {
    const step = incident.steps?.[index];
    if (step === undefined || !step.tells || step.acceptedAt < since || step.acceptedAt >= until) return [];
    return [{ id, incident, acceptedAt: step.acceptedAt }];
  });
}

async function isMissed(
  { ledger, exceptions }: MissedDependencies,
  { page, channel, h, ...endpoint }: Subscriber,
  { id, incident, acceptedAt }: Place,
): Promise<boolean> {
  const of = incident.chunks[channel];
  if (of === 0) return false;
  const ref = { page, update: id, channel, chunk: chunkOf(h, of), of };
  const rows = await exceptions.readChunk(ref, { after: h.slice(0, -1), upTo: h });
  const row = rows.find((one) => one.h === h);
  if (row !== undefined) return row.state === 'failed' || row.state === 'suppressed';
  return wasPassedBy(endpoint, acceptedAt, await ledger.read(ref));
}
