import { ID_PATTERN } from '../../domain/id.ts';
import type { Page } from '../../domain/page.ts';
import type { Scope } from '../../domain/subscriber.ts';
import { readReference, readToken } from '../../subscriptions/reference.ts';
import type { NamedIncident } from './choice-fields.ts';
import type { PageLookUps } from './dependencies.ts';
import type { Subject } from './subscribe-page.ts';

/** Incidents of one subscription that are looked up by name. */
const MOST_INCIDENTS = 20;

/** A page by an id from the path. */
export async function findPage({ pages }: PageLookUps, id: string | undefined): Promise<Page | undefined> {
  if (id === undefined || !ID_PATTERN.test(id)) return undefined;
  return (await pages.get(id))?.page;
}

/** What a path names to subscribe to. */
export async function findSubject(
  lookUps: PageLookUps,
  pageId: string | undefined,
  incidentId: string | undefined,
): Promise<Subject | undefined> {
  const page = await findPage(lookUps, pageId);
  if (page === undefined || incidentId === undefined) return page && { page };
  if (!ID_PATTERN.test(incidentId)) return undefined;
  const incident = await lookUps.incidents.get(page.id, incidentId);
  return incident && { page, incident };
}

/** The page that a token or a reference names. It need be neither right nor alive: the page is public. */
export async function pageOfToken(lookUps: PageLookUps, text: string): Promise<Page | undefined> {
  const target = readToken(text)?.target ?? readReference(text);
  return target && findPage(lookUps, target.page);
}

/** The incidents of a scope by name, as far as they are known. */
export async function namedIncidents(
  { incidents }: PageLookUps,
  page: string,
  scope: Scope,
): Promise<readonly NamedIncident[]> {
  if (scope.kind === 'page') return [];
  const ids = scope.incidents.slice(0, MOST_INCIDENTS);
  const found = await Promise.all(ids.map((id) => incidents.get(page, id)));
  return found.flatMap((incident, index) => ({
    id: incident?.id ?? ids[index] ?? '',
    title: incident?.title ?? 'An incident that is yet to come',
  }));
}
