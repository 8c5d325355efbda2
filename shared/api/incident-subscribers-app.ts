import type { Hono } from 'hono';
import { CHANNELS } from '../domain/channel.ts';
import type { Page } from '../domain/page.ts';
import type { Scope, Subscriber } from '../domain/subscriber.ts';
import { importSubscriber } from '../subscriptions/import-subscriber.ts';
import { listSubscribers } from '../subscriptions/list-subscribers.ts';
import { newApp, readId } from './new-app.ts';
import { ProblemError } from './problem.ts';
import { parseValue } from './read-body.ts';
import { showSubscriber } from './statuspage-subscriber.ts';
import { contactIn, createSchema, readJsonOrForm } from './subscriber-bodies.ts';
import { askAgain, requireSubscriber } from './subscriber-item-app.ts';
import { incidentQuerySchema, limitOf, readQuery, statesOf } from './subscriber-query.ts';
import {
  invalidField,
  onlyTheirs,
  queueTrouble,
  requireChannel,
  requireContact,
  requirePage,
  type SubscribersDependencies,
} from './subscribers-app.ts';

const PATH = '/v1/pages/:page/incidents/:incident/subscribers';

/** Who asked for one incident by itself. They hear of nothing else, unless they asked for that as well. */
export function incidentSubscribersApp(deps: SubscribersDependencies): Hono {
  const app = newApp(deps.log);
  const { subscribers, clock } = deps.adding;

  app.get(PATH, async (context) => {
    const { page, incident } = await requireIncident(context.req.param());
    const query = readQuery(context.req.raw, incidentQuerySchema);
    const limit = limitOf(query);
    const rows = await listSubscribers(
      { subscribers, rows: deps.rows, hash: deps.adding.hash },
      page.id,
      { channels: CHANNELS, states: statesOf('all'), incident, now: clock.now() },
      { skip: Number(query.page) * limit, limit },
    );
    return context.json(rows.map(showSubscriber));
  });

  app.post(PATH, async (context) => {
    const { page, incident } = await requireIncident(context.req.param());
    const { subscriber: body } = parseValue(await readJsonOrForm(context.req.raw), createSchema);
    if (body.component_ids ?? body.group_ids ?? body.incident_ids) {
      throw invalidField('subscriber', 'Expected no components beside an incident, got some');
    }
    const { body: contact } = requireContact(contactIn(body));
    if (contact.channel !== 'email' && contact.channel !== 'sms') {
      throw invalidField(
        'subscriber',
        'Expected an email or a phone_number for one incident, got an endpoint',
      );
    }
    requireChannel(deps, contact.channel);
    const normalised = deps.normalise(contact);
    if ('fault' in normalised) throw invalidField('subscriber', normalised.fault);
    const imported = await importSubscriber({ ...deps, ...deps.adding }, page, {
      address: normalised.address,
      scope: (known) => withIncident(known, incident),
      hasConsent: body.skip_confirmation_notification === true,
      source: 'operator',
    });
    if (imported.kind === 'kept') throw onlyTheirs(imported.subscriber);
    if (imported.asked === false) throw queueTrouble();
    return context.json(showSubscriber(imported.subscriber), 201);
  });

  app.get(`${PATH}/:subscriber`, async (context) => {
    return context.json(showSubscriber((await requireListener(context.req.param())).subscriber));
  });

  app.delete(`${PATH}/:subscriber`, async (context) => {
    const { page, incident, subscriber } = await requireListener(context.req.param());
    const scope = withoutIncident(subscriber.scope, incident);
    if (scope === undefined)
      await subscribers.unsubscribe(page.id, subscriber.channel, subscriber.h, clock.now());
    else await deps.rows.setScope(subscriber, scope);
    return context.json(showSubscriber(subscriber));
  });

  app.post(`${PATH}/:subscriber/resend_confirmation`, async (context) => {
    const { subscriber } = await requireListener(context.req.param());
    await askAgain(deps, subscriber);
    return context.json(showSubscriber(subscriber), 201);
  });

  return app;

  async function requireIncident(params: Record<string, string>): Promise<{ page: Page; incident: string }> {
    const { page } = await requirePage(deps, params);
    const incident = readId(params, 'incident');
    const found = await deps.incidents.get(page.id, incident);
    if (found !== undefined && found.history.length > 0) return { page, incident };
    throw new ProblemError({
      status: 404,
      code: 'unknown-incident',
      detail: `Expected incident ${incident} to exist, got none`,
    });
  }

  /** A subscriber who asked for this incident. Anybody else is not there. */
  async function requireListener(
    params: Record<string, string>,
  ): Promise<{ page: Page; incident: string; subscriber: Subscriber }> {
    const { page, incident } = await requireIncident(params);
    const subscriber = await requireSubscriber(deps, page.id, params['subscriber'] ?? '');
    const { scope } = subscriber;
    if (scope.kind === 'selection' && scope.incidents.includes(incident))
      return { page, incident, subscriber };
    throw new ProblemError({
      status: 404,
      code: 'unknown-subscriber',
      detail: 'Expected a subscriber of this incident to have this id, got nobody',
    });
  }
}

/** Whoever hears of the whole page hears of the incident already. */
function withIncident(known: Scope | undefined, incident: string): Scope {
  if (known === undefined) return { kind: 'selection', components: [], groups: [], incidents: [incident] };
  if (known.kind === 'page' || known.incidents.includes(incident)) return known;
  return { ...known, incidents: [...known.incidents, incident] };
}

/** What is left without the incident; undefined when that is nothing. */
function withoutIncident(scope: Scope, incident: string): Scope | undefined {
  if (scope.kind === 'page') return scope;
  const incidents = scope.incidents.filter((id) => id !== incident);
  const left = scope.components.length + scope.groups.length + incidents.length;
  return left === 0 ? undefined : { ...scope, incidents };
}
