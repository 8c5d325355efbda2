import type { Announcement } from '../channels/channel.ts';
import { agreedBy, concernOf } from '../domain/audience.ts';
import { type Incident, sequenceOf } from '../domain/incident.ts';
import type { Page } from '../domain/page.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import { tellsAnybody } from '../domain/update.ts';
import type { UpdateStore } from '../store/updates.ts';
import { type OpenIncidentsDependencies, openIncidents } from './open-incidents.ts';

/** Updates of an incident that are looked at, from the newest on: enough to find one that tells anybody. */
const LOOKED_AT = 10;

/**
 * What a subscriber who has just confirmed has missed: of every open incident that concerns them the newest update, oldest incident
 * first. An incident that had an update since they confirmed is left out: the fan-out tells them that one, and an
 * older must not follow it.
 */
export async function currentStates(
  deps: OpenIncidentsDependencies & { readonly updates: Pick<UpdateStore, 'getMany'> },
  page: Page,
  subscriber: Subscriber,
  confirmedAt: Instant,
): Promise<readonly Announcement[]> {
  const open = await openIncidents(deps, page.id);
  const states = await Promise.all(
    open.toReversed().map((incident) => currentState(deps, page, incident, subscriber, confirmedAt)),
  );
  return states.filter((state) => state !== undefined);
}

async function currentState(
  deps: { readonly updates: Pick<UpdateStore, 'getMany'> },
  page: Page,
  incident: Incident,
  subscriber: Subscriber,
  confirmedAt: Instant,
): Promise<Announcement | undefined> {
  const ids = incident.history.slice(-LOOKED_AT);
  const stored = await deps.updates.getMany(page.id, ids);
  const newest = ids
    .toReversed()
    .map((id) => stored.get(id)?.update)
    .find((update) => update !== undefined && tellsAnybody(update));
  const sequence = newest && sequenceOf(incident, newest.id);
  if (newest === undefined || sequence === undefined) return undefined;
  if (Math.max(newest.acceptedAt, agreedBy(incident, sequence)) >= confirmedAt) return undefined;
  const asIfInTime = { ...subscriber, confirmedAt: newest.acceptedAt };
  if (!concernOf(incident, newest)(asIfInTime)) return undefined;
  return { page, incident, update: { ...newest, sequence } };
}
