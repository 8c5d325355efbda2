import type { Announcement } from '../channels/channel.ts';
import type { Incident } from '../domain/incident.ts';
import type { Page } from '../domain/page.ts';
import type { Plan } from '../domain/plan.ts';
import type { Instant } from '../domain/time.ts';
import type { IncidentLists } from '../store/incident-lists.ts';
import type { UpdateStore } from '../store/updates.ts';

export interface RecentDependencies {
  readonly incidents: Pick<IncidentLists, 'listNewest' | 'getMany'>;
  readonly updates: Pick<UpdateStore, 'getMany'>;
}

/** Planned work with what was last said of it. */
export interface PlannedWork {
  readonly plan: Plan;
  readonly announcement: Announcement;
}

/** Entries of a feed, events of a calendar. */
const MOST_ENTRIES = 50;
/** Incidents that are looked through for them, the newest first: what one request may cost. */
const MOST_INCIDENTS = 200;
const READ_AT_ONCE = 25;

/**
 * The newest updates of a page, newest first; with a component, those of incidents that named it, from then on: what
 * somebody who follows the component is concerned by. History that was filled in later is no news and is left out.
 */
export async function recentUpdates(
  deps: RecentDependencies,
  page: Page,
  component?: string,
): Promise<readonly Announcement[]> {
  let newest: readonly Place[] = [];
  for await (const { incident, at } of newestIncidents(deps, page.id)) {
    const last = newest[MOST_ENTRIES - 1];
    // Neither this incident nor one after it has anything newer.
    if (last !== undefined && at < last.at) break;
    newest = [...newest, ...placesOf(incident, component)].sort(newestFirst).slice(0, MOST_ENTRIES);
  }
  return announced(deps, page, newest);
}

/** The planned work of a page or a component, what changed last first. */
export async function plannedWork(
  deps: RecentDependencies,
  page: Page,
  component?: string,
): Promise<readonly PlannedWork[]> {
  const works: Incident[] = [];
  for await (const { incident } of newestIncidents(deps, page.id)) {
    if (incident.plan === undefined || sinceWhen(incident, component) === undefined) continue;
    if (works.push(incident) === MOST_ENTRIES) break;
  }
  return saidOf(deps, page, works);
}

/** Planned works with what was last said of them. */
export async function saidOf(
  deps: Pick<RecentDependencies, 'updates'>,
  page: Page,
  works: readonly Incident[],
): Promise<readonly PlannedWork[]> {
  const places = works.flatMap((incident) => {
    const place = placesOf(incident).find(({ id }) => id === incident.plan?.statedBy);
    return place ?? [];
  });
  const announcements = await announced(deps, page, places);
  return announcements.flatMap((announcement) => {
    const { plan } = announcement.incident;
    return plan === undefined ? [] : [{ plan, announcement }];
  });
}

/** One update in its incident. */
interface Place {
  readonly id: string;
  readonly incident: Incident;
  readonly sequence: number;
  readonly at: Instant;
}

function placesOf(incident: Incident, component?: string): Place[] {
  const since = sinceWhen(incident, component);
  if (since === undefined || incident.facts.backfilled === true) return [];
  return incident.history
    .map((id, index) => ({
      id,
      incident,
      sequence: index + 1,
      at: incident.steps?.[index]?.acceptedAt ?? 0,
    }))
    .slice(since - 1)
    .slice(-MOST_ENTRIES);
}

/** The sequence number from which on an incident concerns a component, or the whole page. Undefined: it never did. */
function sinceWhen(incident: Incident, component: string | undefined): number | undefined {
  if (component === undefined) return 1;
  return incident.touched.find((touch) => touch.component === component)?.since;
}

function newestFirst(a: Place, b: Place): number {
  return b.at - a.at || b.sequence - a.sequence;
}

async function* newestIncidents(deps: RecentDependencies, page: string) {
  let seen = 0;
  let batch: { id: string; at: Instant }[] = [];
  for await (const listed of deps.incidents.listNewest(page)) {
    batch.push(listed);
    if (++seen < MOST_INCIDENTS && batch.length < READ_AT_ONCE) continue;
    yield* read(deps, page, batch);
    batch = [];
    if (seen === MOST_INCIDENTS) return;
  }
  yield* read(deps, page, batch);
}

async function* read(
  deps: RecentDependencies,
  page: string,
  batch: readonly { readonly id: string; readonly at: Instant }[],
) {
  const ats = new Map(batch.map(({ id, at }) => [id, at]));
  const incidents = await deps.incidents.getMany(page, [...ats.keys()]);
  for (const incident of incidents) yield { incident, at: ats.get(incident.id) ?? 0 };
}

async function announced(
  deps: Pick<RecentDependencies, 'updates'>,
  page: Page,
  places: readonly Place[],
): Promise<readonly Announcement[]> {
  const stored = await deps.updates.getMany(
    page.id,
    places.map(({ id }) => id),
  );
  return places.flatMap(({ id, incident, sequence }) => {
    const update = stored.get(id)?.update;
    return update === undefined ? [] : [{ page, incident, update: { ...update, sequence } }];
  });
}
