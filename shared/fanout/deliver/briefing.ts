import { type Incident, sequenceOf } from '../../domain/incident.ts';
import type { Page } from '../../domain/page.ts';
import type { SubscriberCounts } from '../../domain/placement.ts';
import type { PlacedUpdate } from '../../domain/update.ts';
import type { IncidentStore } from '../../store/incidents.ts';
import type { PageStore, PageWithCounts } from '../../store/pages.ts';
import type { StoredUpdate, UpdateStore } from '../../store/updates.ts';

export interface BriefingDependencies {
  readonly pages: Pick<PageStore, 'get'>;
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly updates: Pick<UpdateStore, 'get'>;
}

/** What a worker has to know before it opens a chunk. */
export interface Briefing {
  readonly page: Page;
  readonly counts: SubscriberCounts;
  readonly incident: Incident;
  /** An update of the incident, placed; undefined when its receipt is closed or it has no place. */
  update(id: string): Promise<PlacedUpdate | undefined>;
}

/**
 * Reads pages, incidents and updates once per invocation, however many doorbells it answers. They were read no
 * earlier than the invocation began, which is after the doorbell was rung: it knows at least what the ringer knew.
 */
export function briefings(deps: BriefingDependencies) {
  const pages = new Map<string, Promise<PageWithCounts | undefined>>();
  const incidents = new Map<string, Promise<Incident | undefined>>();
  const updates = new Map<string, Promise<StoredUpdate | undefined>>();

  return async (pageId: string, incidentId: string): Promise<Briefing | undefined> => {
    const [page, incident] = await Promise.all([
      once(pages, pageId, () => deps.pages.get(pageId)),
      once(incidents, `${pageId}#${incidentId}`, () => deps.incidents.get(pageId, incidentId)),
    ]);
    if (page === undefined || incident === undefined) return undefined;
    return {
      ...page,
      incident,
      async update(id) {
        const stored = await once(updates, `${pageId}#${id}`, () => deps.updates.get(pageId, id));
        const sequence = sequenceOf(incident, id);
        if (stored === undefined || stored.closedAt !== undefined || sequence === undefined) return undefined;
        return { ...stored.update, sequence };
      },
    };
  };
}

function once<T>(cache: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const reading = read();
  cache.set(key, reading);
  return reading;
}
