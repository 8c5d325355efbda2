import type { Hono } from 'hono';
import { type Incident, sequenceOf } from '../domain/incident.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Outlooks } from '../fanout/read-outlook.ts';
import type { PageStore } from '../store/pages.ts';
import type { StoredUpdate, UpdateStore } from '../store/updates.ts';
import { type IsKey, requireOperator } from './authorize.ts';
import { type EndpointDependencies, endpointApp } from './endpoint-app.ts';
import { incidentSubscribersApp } from './incident-subscribers-app.ts';
import { newApp, readId } from './new-app.ts';
import { openApi } from './openapi.ts';
import { personApp } from './person-app.ts';
import { ProblemError } from './problem.ts';
import { readBody } from './read-body.ts';
import { pageSchema } from './schemas.ts';
import { showOutlook, showReceipt } from './show-receipt.ts';
import { subscriberBulkApp } from './subscriber-bulk-app.ts';
import { subscriberItemApp } from './subscriber-item-app.ts';
import { subscriberListApp } from './subscriber-list-app.ts';
import { subscribersApp } from './subscribers-app.ts';
import { toPage } from './to-page.ts';

export interface OperateDependencies extends EndpointDependencies {
  readonly pages: PageStore;
  readonly updates: Pick<UpdateStore, 'get' | 'getMany'>;
  readonly readReceipt: (incident: Incident, stored: StoredUpdate) => Promise<Receipt>;
  readonly readOutlook: (incident: Incident, stored: StoredUpdate) => Promise<Outlooks>;
  readonly isOperatorKey: IsKey;
  readonly publicUrl: string;
}

/** The operator's API: pages, subscribers, receipts, incidents, and its own description. */
export function operateApp(deps: OperateDependencies): Hono {
  const app = newApp(deps.log);
  app.get('/openapi.json', (context) => context.json(openApi(deps.publicUrl)));
  app.use('/v1/*', async (context, next) => {
    await requireOperator(context.req.raw, deps.isOperatorKey);
    await next();
  });

  app.put('/v1/pages/:page', async (context) => {
    const id = readId(context.req.param(), 'page');
    const page = toPage(id, await readBody(context.req.raw, pageSchema));
    await deps.pages.put(page);
    return context.json(page);
  });

  app.get('/v1/pages/:page/updates/:update/receipt', async (context) => {
    const pageId = readId(context.req.param(), 'page');
    const updateId = readId(context.req.param(), 'update');
    const stored = await deps.updates.get(pageId, updateId);
    const incident = stored && (await deps.incidents.get(pageId, stored.update.incident.id));
    const sequence = incident && sequenceOf(incident, updateId);
    if (stored === undefined || incident === undefined || sequence === undefined) {
      throw notThere('unknown-update', `update ${updateId}`);
    }
    const [receipt, outlooks] = await Promise.all([
      deps.readReceipt(incident, stored),
      deps.readOutlook(incident, stored),
    ]);
    const outlook = showOutlook(outlooks);
    return context.json({ ...showReceipt(updateId, sequence, receipt), outlook });
  });

  app.get('/v1/pages/:page/incidents/:incident', async (context) => {
    const pageId = readId(context.req.param(), 'page');
    const incidentId = readId(context.req.param(), 'incident');
    const incident = await deps.incidents.get(pageId, incidentId);
    if (incident === undefined || incident.history.length === 0) {
      throw notThere('unknown-incident', `incident ${incidentId}`);
    }
    const stored = await deps.updates.getMany(pageId, incident.history);
    const updates = await Promise.all(
      incident.history.flatMap((id, index) => {
        const found = stored.get(id);
        return found ? [showUpdate(incident, found, index + 1)] : [];
      }),
    );
    const { title: name, status, components, facts } = incident;
    return context.json({ id: incidentId, name, impact: facts.impact, status, components, updates });
  });

  for (const part of [
    subscriberListApp,
    subscriberBulkApp,
    subscribersApp,
    subscriberItemApp,
    endpointApp,
    incidentSubscribersApp,
    personApp,
  ]) {
    app.route('/', part(deps));
  }
  return app;

  async function showUpdate(incident: Incident, stored: StoredUpdate, sequence: number) {
    const { id, status, publishedAt } = stored.update;
    const receipt = showReceipt(id, sequence, await deps.readReceipt(incident, stored));
    return { id, sequence, status, publishedAt, receipt };
  }
}

function notThere(code: 'unknown-update' | 'unknown-incident', what: string): ProblemError {
  return new ProblemError({ status: 404, code, detail: `Expected ${what} to exist, got none` });
}
