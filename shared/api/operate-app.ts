import type { Hono } from 'hono';
import type { Channel } from '../domain/channel.ts';
import { type Incident, sequenceOf } from '../domain/incident.ts';
import type { Page } from '../domain/page.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Scope, Subscriber } from '../domain/subscriber.ts';
import type { Log } from '../runtime/log.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { PageStore } from '../store/pages.ts';
import type { StoredUpdate, UpdateStore } from '../store/updates.ts';
import {
  type AddSubscriberDependencies,
  addSubscriber,
  unknownNames,
} from '../subscriptions/add-subscriber.ts';
import type { Normalised } from '../subscriptions/address.ts';
import { requireOperator } from './authorize.ts';
import { newApp, readId } from './new-app.ts';
import { openApi } from './openapi.ts';
import { ProblemError } from './problem.ts';
import { readBody } from './read-body.ts';
import { pageSchema, type SubscriberBody, subscriberSchema } from './schemas.ts';
import { showReceipt } from './show-receipt.ts';
import { toPage } from './to-page.ts';

export interface OperateDependencies {
  readonly pages: PageStore;
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly updates: Pick<UpdateStore, 'get' | 'getMany'>;
  readonly adding: AddSubscriberDependencies;
  readonly normalise: (body: SubscriberBody) => Normalised;
  readonly readReceipt: (incident: Incident, stored: StoredUpdate) => Promise<Receipt>;
  /** The signing secret of a webhook, to be shown to whoever added it. */
  readonly signingSecret: (subscriber: Subscriber) => string;
  readonly channels: readonly Channel[];
  readonly operatorKey: string;
  readonly publicUrl: string;
  readonly log: Log;
}

/** The operator's API: pages, subscribers, receipts, incidents, and its own description. */
export function operateApp(deps: OperateDependencies): Hono {
  const app = newApp(deps.log);
  app.get('/openapi.json', (context) => context.json(openApi(deps.publicUrl)));
  app.use('/v1/*', async (context, next) => {
    requireOperator(context.req.raw, deps.operatorKey);
    await next();
  });

  app.put('/v1/pages/:page', async (context) => {
    const id = readId(context.req.param(), 'page');
    const page = toPage(id, await readBody(context.req.raw, pageSchema));
    await deps.pages.put(page);
    return context.json(page);
  });

  app.post('/v1/pages/:page/subscribers', async (context) => {
    const page = await requirePage(readId(context.req.param(), 'page'));
    const body = await readBody(context.req.raw, subscriberSchema);
    requireChannel(body.channel);
    const normalised = deps.normalise(body);
    if ('fault' in normalised) throw invalidAddress(body.channel, normalised.fault);
    const scope = toScope(body);
    const unknown = unknownNames(page, scope);
    if (unknown.length > 0) throw unknownComponents(unknown);
    const { subscriber, isNew } = await addSubscriber(deps.adding, page, normalised.address, scope);
    return context.json(show(subscriber, isNew), isNew ? 201 : 200);
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
    return context.json(showReceipt(updateId, sequence, await deps.readReceipt(incident, stored)));
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

  return app;

  async function requirePage(id: string): Promise<Page> {
    const found = await deps.pages.get(id);
    if (found === undefined) throw notThere('unknown-page', `page ${id}`);
    return found.page;
  }

  function requireChannel(channel: Channel): void {
    if (deps.channels.includes(channel)) return;
    throw new ProblemError({
      status: 422,
      code: 'unsupported-channel',
      detail: `Expected one of ${deps.channels.join(', ')}, got ${channel}`,
      faults: [{ path: 'channel', message: `Expected one of ${deps.channels.join(', ')}, got another` }],
    });
  }

  async function showUpdate(incident: Incident, stored: StoredUpdate, sequence: number) {
    const { id, status, publishedAt } = stored.update;
    const receipt = showReceipt(id, sequence, await deps.readReceipt(incident, stored));
    return { id, sequence, status, publishedAt, receipt };
  }

  function show(subscriber: Subscriber, isNew: boolean) {
    const { h, channel, state, scope } = subscriber;
    const { components, groups, incidents } = scope.kind === 'page' ? EVERYTHING : scope;
    const secret = channel === 'webhook' && isNew ? { secret: deps.signingSecret(subscriber) } : {};
    return { id: h, channel, state, components, groups, incidents, ...secret };
  }
}

const EVERYTHING = { components: [], groups: [], incidents: [] };

const ADDRESS_FIELD: Record<Channel, string> = {
  email: 'email',
  sms: 'phone',
  slack: 'conversation',
  webhook: 'url',
};

/** No set at all means the whole page; an empty selection would be a subscription to nothing. */
function toScope({ components = [], groups = [], incidents = [] }: SubscriberBody): Scope {
  const empty = components.length + groups.length + incidents.length === 0;
  return empty ? { kind: 'page' } : { kind: 'selection', components, groups, incidents };
}

function notThere(code: 'unknown-page' | 'unknown-update' | 'unknown-incident', what: string): ProblemError {
  return new ProblemError({ status: 404, code, detail: `Expected ${what} to exist, got none` });
}

function invalidAddress(channel: Channel, fault: string): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'invalid-body',
    detail: fault,
    faults: [{ path: ADDRESS_FIELD[channel], message: fault }],
  });
}

function unknownComponents(paths: readonly string[]): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'unknown-component',
    detail: 'Expected components and groups of the page, got others',
    faults: paths.map((path) => ({
      path,
      message: 'Expected an id from the catalogue of the page, got another',
    })),
  });
}
