import type { Hono } from 'hono';
import { webAddress } from '../channels/text/wording.ts';
import type { Log } from '../runtime/log.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { PageStore } from '../store/pages.ts';
import type { ShortLinkStore } from '../store/short-links.ts';
import { isShortLinkCode } from '../subscriptions/short-links.ts';
import { newApp } from './new-app.ts';
import { ProblemError } from './problem.ts';

export interface ShortLinkDependencies {
  readonly pages: Pick<PageStore, 'get'>;
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly shortLinks: Pick<ShortLinkStore, 'find'>;
  readonly log: Log;
}

/** A minute: an incident's own address may come with a later update. */
const CACHE = 'public, max-age=60';

/**
 * The links in texts. They lead to where the incident is published, as its operator published it: nothing of the request is part of
 * the address, so nobody can make one lead elsewhere.
 */
export function shortLinkApp({ pages, incidents, shortLinks, log }: ShortLinkDependencies): Hono {
  const app = newApp(log);
  app.get('/i/:code', async (context) => {
    const code = context.req.param('code');
    const found = isShortLinkCode(code) ? await shortLinks.find(code) : undefined;
    if (found === undefined) throw noSuchLink();
    const [incident, page] = await Promise.all([
      incidents.get(found.page, found.incident),
      pages.get(found.page),
    ]);
    const target = webAddress(incident?.facts.url) ?? webAddress(page?.page.url);
    if (target === undefined) throw noSuchLink();
    context.header('cache-control', CACHE);
    context.header('referrer-policy', 'no-referrer');
    return context.redirect(target, 302);
  });
  return app;
}

function noSuchLink(): ProblemError {
  return new ProblemError({
    status: 404,
    code: 'unknown-incident',
    detail: 'Expected the link of a text, got another address',
  });
}
