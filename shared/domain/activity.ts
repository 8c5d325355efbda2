import { endsIncident } from './status.ts';
import type { Instant } from './time.ts';
import { type AcceptedUpdate, tellsAnybody } from './update.ts';

/** An incident that had an update, with when the newest of them was accepted. */
export interface ActiveIncident {
  readonly id: string;
  readonly acceptedAt: Instant;
  /** Whether that update ended it. A hint: the incident itself says how it stands. */
  readonly ended: boolean;
}

export interface RecentUpdate {
  readonly id: string;
  readonly incident: string;
  readonly acceptedAt: Instant;
}

/** What has happened on a page lately: where to look, never what is true. */
export interface PageActivity {
  /** Newest first. All that are open, but for a page with more than `MOST_INCIDENTS` of them. */
  readonly incidents: readonly ActiveIncident[];
  /** Updates that told people, newest first. */
  readonly updates: readonly RecentUpdate[];
}

export const QUIET: PageActivity = { incidents: [], updates: [] };

const MOST_INCIDENTS = 40;
const MOST_UPDATES = 20;

/** The activity with an update noted. Unchanged when it is noted already; the order of noting does not matter. */
export function noteUpdate(activity: PageActivity, update: AcceptedUpdate): PageActivity {
  const incidents = noteIncident(activity.incidents, update);
  const updates = noteRecent(activity.updates, update);
  return incidents === activity.incidents && updates === activity.updates ? activity : { incidents, updates };
}

function noteIncident(
  incidents: readonly ActiveIncident[],
  { incident: { id }, acceptedAt, status }: AcceptedUpdate,
): readonly ActiveIncident[] {
  const known = incidents.find((one) => one.id === id);
  if (known !== undefined && known.acceptedAt >= acceptedAt) return incidents;
  const others = incidents.filter((one) => one.id !== id);
  const all = [...others, { id, acceptedAt, ended: endsIncident(status) }];
  // The open ones are kept for longest.
  const kept = all
    .sort((a, b) => Number(a.ended) - Number(b.ended) || newestFirst(a, b))
    .slice(0, MOST_INCIDENTS);
  return kept.sort(newestFirst);
}

function noteRecent(updates: readonly RecentUpdate[], update: AcceptedUpdate): readonly RecentUpdate[] {
  const { id, incident, acceptedAt } = update;
  if (!tellsAnybody(update) || updates.some((one) => one.id === id)) return updates;
  const oldest = updates[MOST_UPDATES - 1];
  if (oldest !== undefined && oldest.acceptedAt >= acceptedAt) return updates;
  return [...updates, { id, incident: incident.id, acceptedAt }].sort(newestFirst).slice(0, MOST_UPDATES);
}

function newestFirst(a: { readonly acceptedAt: Instant }, b: { readonly acceptedAt: Instant }): number {
  return b.acceptedAt - a.acceptedAt;
}
