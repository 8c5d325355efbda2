import { audienceOf } from '../domain/audience.ts';
import type { ExceptionRow } from '../domain/exception.ts';
import { chunkOf } from '../domain/hash-range.ts';
import { type Incident, sequenceOf } from '../domain/incident.ts';
import type { UpdateStatus } from '../domain/status.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { AcceptedUpdate } from '../domain/update.ts';
import type { ExceptionStore } from '../store/exceptions.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { PageActivityStore } from '../store/page-activity.ts';
import type { UpdateStore } from '../store/updates.ts';
import { wasPassedBy } from './given-up.ts';

export interface LastToldDependencies {
  readonly activity: Pick<PageActivityStore, 'get'>;
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly updates: Pick<UpdateStore, 'getMany'>;
  readonly ledger: Pick<LedgerStore, 'read'>;
  readonly exceptions: Pick<ExceptionStore, 'readChunk'>;
}

/** One thing that a subscriber was told. */
export interface LastTold {
  readonly incident: string;
  readonly title: string;
  readonly update: string;
  readonly status: UpdateStatus;
  /** To a window's exactness: when the part of the audience that they are in was told. */
  readonly at: Instant;
  /** By what they are subscribed to, as their choice stands now. */
  readonly because: 'page' | 'selection' | 'incident';
}

/**
 * What a subscriber was told of lately, newest first: of the page's last twenty updates those that concern them and that the ledger
 * says went out to them. Read from chunk cursors and exception rows, so telling costs no write per recipient. Where a
 * chunk skipped some for a newer update it does not say whom: such an update counts as not told, as does one that came while they were in
 * quarantine.
 */
export async function lastTold(
  deps: LastToldDependencies,
  subscriber: Subscriber,
  most = 3,
): Promise<readonly LastTold[]> {
  const { page, channel } = subscriber;
  const { updates: recent } = await deps.activity.get(page);
  const stored = await deps.updates.getMany(
    page,
    recent.map(({ id }) => id),
  );
  const ids = [...new Set(recent.map(({ incident }) => incident))];
  const found = await Promise.all(ids.map((id) => deps.incidents.get(page, id)));
  const incidents = new Map(
    found.flatMap((incident) => (incident ? [[incident.id, incident] as const] : [])),
  );

  const told: LastTold[] = [];
  for (const { id, incident: incidentId } of recent) {
    const update = stored.get(id)?.update;
    const incident = incidents.get(incidentId);
    if (update === undefined || incident === undefined || sequenceOf(incident, id) === undefined) continue;
    if (incident.chunks[channel] === 0 || !audienceOf(incident, update)({ ...subscriber, state: 'active' }))
      continue;
    const at = await toldAt(deps, subscriber, incident, update);
    if (at === undefined) continue;
    const { title } = incident;
    told.push({
      incident: incidentId,
      title,
      update: id,
      status: update.status,
      at,
      because: because(subscriber, incidentId),
    });
    if (told.length === most) break;
  }
  return told;
}

async function toldAt(
  deps: Pick<LastToldDependencies, 'ledger' | 'exceptions'>,
  { page, channel, h, ...subscriber }: Subscriber,
  incident: Incident,
  update: AcceptedUpdate,
): Promise<Instant | undefined> {
  const of = incident.chunks[channel];
  const ref = { page, update: update.id, channel, chunk: chunkOf(h, of), of };
  const [entry, rows] = await Promise.all([
    deps.ledger.read(ref),
    // Bounds shorter than a hash sort before all that they prefix: this reads next to nothing but the one row.
    deps.exceptions.readChunk(ref, { after: h.slice(0, -1), upTo: h }),
  ]);
  const row: ExceptionRow | undefined = rows.find((one) => one.h === h);
  if (row !== undefined) return row.state === 'told' ? (row.toldAt ?? row.since) : undefined;
  if (entry === undefined || h > entry.prev || entry.counts.superseded > 0) return undefined;
  if (entry.counts.expired || wasPassedBy(subscriber, update.acceptedAt, entry)) return undefined;
  return entry.lastToldAt;
}

function because({ scope }: Subscriber, incident: string): LastTold['because'] {
  if (scope.kind === 'page') return 'page';
  return scope.incidents.includes(incident) ? 'incident' : 'selection';
}
