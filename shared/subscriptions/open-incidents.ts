import type { Incident } from '../domain/incident.ts';
import { endsIncident } from '../domain/status.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { PageActivityStore } from '../store/page-activity.ts';

export interface OpenIncidentsDependencies {
  readonly activity: Pick<PageActivityStore, 'get'>;
  readonly incidents: Pick<IncidentStore, 'get'>;
}

/** The incidents of a page that are not over, the one with the newest update first. */
export async function openIncidents(
  { activity, incidents }: OpenIncidentsDependencies,
  page: string,
): Promise<readonly Incident[]> {
  const candidates = (await activity.get(page)).incidents.filter(({ ended }) => !ended);
  const found = await Promise.all(candidates.map(({ id }) => incidents.get(page, id)));
  return found.filter((incident) => incident !== undefined).filter(({ status }) => !endsIncident(status));
}
