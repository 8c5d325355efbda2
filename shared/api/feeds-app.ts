import type { Hono } from 'hono';
import type { Page } from '../domain/page.ts';
import { type Instant, type Millis, SECOND } from '../domain/time.ts';
import { FEED_TYPES } from '../feeds/addresses.ts';
import { writeAtom } from '../feeds/atom.ts';
import { writeCalendar } from '../feeds/calendar.ts';
import { feedOf } from '../feeds/feed.ts';
import { writeJsonFeed } from '../feeds/json-feed.ts';
import {
  type PlannedWork,
  plannedWork,
  type RecentDependencies,
  recentUpdates,
  saidOf,
} from '../feeds/recent.ts';
import { type Document, serve } from '../feeds/serve.ts';
import type { Log } from '../runtime/log.ts';
import type { IncidentLists } from '../store/incident-lists.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { PageStore } from '../store/pages.ts';
import { newApp, readId } from './new-app.ts';
import { ProblemError } from './problem.ts';

export interface FeedsDependencies extends RecentDependencies {
  readonly pages: Pick<PageStore, 'get'>;
  readonly incidents: Pick<IncidentStore & IncidentLists, 'get' | 'listNewest' | 'getMany'>;
  /** Public address of this API, without a trailing slash. */
  readonly publicUrl: string;
  readonly now: () => Instant;
  readonly log: Log;
}

/** While an incident lasts, everybody's reader asks at once: one answer does for all of them. */
const KEPT: Millis = 10 * SECOND;
/** Answers that a process keeps, each of at most some 100 KB. */
const MOST_KEPT = 100;

type Params = Record<string, string>;

/** Feeds and calendars of a page and its components: public, read only, without a key. HEAD is answered as GET. */
export function feedsApp(deps: FeedsDependencies): Hono {
  const app = newApp(deps.log);
  const kept = new Map<string, { at: Instant; document: Promise<Document> }>();

  const kinds = { 'feed.atom': atom, 'feed.json': json, 'maintenance.ics': calendar };
  for (const [file, make] of Object.entries(kinds)) {
    for (const path of [`/p/:page/${file}`, `/p/:page/components/:component/${file}`]) {
      app.get(path, async ({ req }) =>
        serve(req.raw, await keep(req.path, () => make(req.param())), deps.now()),
      );
    }
  }
  app.get('/p/:page/incidents/:incident/maintenance.ics', async ({ req }) =>
    serve(req.raw, await keep(req.path, () => oneMaintenance(req.param())), deps.now()),
  );
  return app;

  async function atom(params: Params): Promise<Document> {
    const { feed } = await read(params);
    return { type: FEED_TYPES.atom, body: writeAtom(feed, deps.publicUrl), changedAt: feed.updated };
  }

  async function json(params: Params): Promise<Document> {
    const { feed } = await read(params);
    return { type: FEED_TYPES.json, body: writeJsonFeed(feed, deps.publicUrl), changedAt: feed.updated };
  }

  async function read(params: Params) {
    const { page, component } = await findSubject(params);
    return { feed: feedOf(page, await recentUpdates(deps, page, component), component) };
  }

  async function calendar(params: Params): Promise<Document> {
    const { page, component } = await findSubject(params);
    return calendarOf(page, await plannedWork(deps, page, component));
  }

  async function oneMaintenance(params: Params): Promise<Document> {
    const { page } = await findSubject(params);
    const incident = await deps.incidents.get(page.id, readId(params, 'incident'));
    const works = incident?.plan === undefined ? [] : await saidOf(deps, page, [incident]);
    if (works.length === 0) throw notThere('unknown-incident', 'planned work of this page');
    return calendarOf(page, works);
  }

  async function findSubject(params: Params): Promise<{ page: Page; component?: string }> {
    const page = (await deps.pages.get(readId(params, 'page')))?.page;
    if (page === undefined) throw notThere('unknown-page', 'a page of this name');
    if (params['component'] === undefined) return { page };
    const component = readId(params, 'component');
    // Whoever makes names up is not to have all incidents read for each of them.
    if (!page.components.some(({ id }) => id === component)) {
      throw notThere('unknown-component', 'a component of this page');
    }
    return { page, component };
  }

  /** The document of a path, made anew when it is older than `KEPT`. */
  function keep(path: string, make: () => Promise<Document>): Promise<Document> {
    const now = deps.now();
    const found = kept.get(path);
    if (found !== undefined && now - found.at < KEPT) return found.document;
    const document = make();
    kept.delete(path);
    kept.set(path, { at: now, document });
    document.catch(() => kept.delete(path));
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return document;
  }
}

function calendarOf(page: Page, works: readonly PlannedWork[]): Document {
  const changedAt = Math.max(0, ...works.map(({ plan }) => plan.changedAt));
  return { type: FEED_TYPES.calendar, body: writeCalendar(page, works), changedAt };
}

function notThere(
  code: 'unknown-page' | 'unknown-component' | 'unknown-incident',
  what: string,
): ProblemError {
  return new ProblemError({ status: 404, code, detail: `Expected ${what}, got another name` });
}
