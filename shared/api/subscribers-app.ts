import type { Hono } from 'hono';
import type { Channel } from '../domain/channel.ts';
import type { Page } from '../domain/page.ts';
import type { Scope, Subscriber } from '../domain/subscriber.ts';
import type { Log } from '../runtime/log.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { LimitStore } from '../store/limits.ts';
import type { PageStore, PageWithCounts } from '../store/pages.ts';
import type { SubscriberRowStore } from '../store/subscriber-rows.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import {
  type AddSubscriberDependencies,
  addSubscriber,
  unknownNames,
} from '../subscriptions/add-subscriber.ts';
import type { Normalised } from '../subscriptions/address.ts';
import type { Confirmations } from '../subscriptions/ask-to-confirm.ts';
import { importSubscriber } from '../subscriptions/import-subscriber.ts';
import { newApp, readId } from './new-app.ts';
import { ProblemError } from './problem.ts';
import { parseValue } from './read-body.ts';
import { type SubscriberBody, subscriberSchema } from './schemas.ts';
import { showSubscriber } from './statuspage-subscriber.ts';
import { type Contact, contactIn, createSchema, readJsonOrForm, toScope } from './subscriber-bodies.ts';

export interface SubscribersDependencies {
  readonly pages: Pick<PageStore, 'get'>;
  readonly incidents: Pick<IncidentStore, 'get'>;
  /** Stores, hash and clock, as adding a subscriber needs them. */
  readonly adding: AddSubscriberDependencies & {
    readonly subscribers: Pick<SubscriberStore, 'unsubscribe'>;
  };
  readonly rows: SubscriberRowStore;
  readonly confirmations: Confirmations;
  readonly limits: Pick<LimitStore, 'take' | 'giveBack'>;
  readonly normalise: (body: SubscriberBody) => Normalised;
  /** The signing secret of a webhook, to be shown to whoever added it. */
  readonly signingSecret: (subscriber: Subscriber) => string;
  readonly channels: readonly Channel[];
  readonly log: Log;
}

/** Adding subscribers: our own body, or Statuspage's. */
export function subscribersApp(deps: SubscribersDependencies): Hono {
  const app = newApp(deps.log);

  app.post('/v1/pages/:page/subscribers', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const body = await readJsonOrForm(context.req.raw);
    const isStatuspages = typeof body === 'object' && body !== null && 'subscriber' in body;
    const { status, shown } = isStatuspages ? await create(page, body) : await add(page, body);
    return context.json(shown, status);
  });

  return app;

  /** Our own body: the operator answers for the consent. */
  async function add(page: Page, value: unknown) {
    const body = parseValue(value, subscriberSchema);
    requireChannel(deps, body.channel);
    const normalised = deps.normalise(body);
    if ('fault' in normalised) throw invalidField(ADDRESS_FIELD[body.channel], normalised.fault);
    const scope = toScope({
      component_ids: body.components,
      group_ids: body.groups,
      incident_ids: body.incidents ?? [],
    });
    requireKnown(page, scope);
    const { subscriber, isNew } = await addSubscriber(deps.adding, page, normalised, scope);
    const { h: id, channel, state } = subscriber;
    const { components, groups, incidents } =
      subscriber.scope.kind === 'page' ? WHOLE_PAGE : subscriber.scope;
    const shown = { id, channel, state, components, groups, incidents, ...secretOf(subscriber, isNew) };
    return { status: isNew ? 201 : 200, shown } as const;
  }

  /** Statuspage's body: active at once if the confirmation is skipped, else the owner is asked. */
  async function create(page: Page, value: unknown) {
    const { subscriber: body } = parseValue(value, createSchema);
    const { body: contact, ownerEmail } = requireContact(contactIn(body));
    requireChannel(deps, contact.channel);
    const normalised = deps.normalise(contact);
    if ('fault' in normalised) throw invalidField(`subscriber.${FIELD[contact.channel]}`, normalised.fault);
    const owner = ownerEmail === undefined ? undefined : requireEmail(deps, ownerEmail);
    requireKnown(page, toScope(body), 'subscriber.component_ids', 'subscriber.group_ids');
    const imported = await importSubscriber({ ...deps, ...deps.adding }, page, {
      address: normalised.address,
      scope: (known) => toScope(body, known),
      hasConsent: body.skip_confirmation_notification === true,
      source: body.source ?? 'operator',
      ...(owner !== undefined && { ownerEmail: owner }),
      ...(normalised.format !== undefined && { format: normalised.format }),
    });
    if (imported.kind === 'kept') throw onlyTheirs(imported.subscriber);
    if (imported.asked === false) throw queueTrouble();
    const { subscriber, isNew } = imported;
    const shown = { ...showSubscriber(subscriber), created: isNew, ...secretOf(subscriber, isNew) };
    return { status: 201, shown } as const;
  }

  function secretOf(subscriber: Subscriber, isNew: boolean) {
    return subscriber.channel === 'webhook' && isNew ? { secret: deps.signingSecret(subscriber) } : {};
  }
}

const WHOLE_PAGE = { components: [], groups: [], incidents: [] };

const ADDRESS_FIELD: Record<Channel, string> = {
  email: 'email',
  sms: 'phone',
  slack: 'conversation',
  webhook: 'url',
};

const FIELD: Record<Channel, string> = { ...ADDRESS_FIELD, sms: 'phone_number', webhook: 'endpoint' };

export async function requirePage(
  { pages }: Pick<SubscribersDependencies, 'pages'>,
  params: Record<string, string>,
): Promise<PageWithCounts> {
  const id = readId(params, 'page');
  const found = await pages.get(id);
  if (found !== undefined) return found;
  throw new ProblemError({
    status: 404,
    code: 'unknown-page',
    detail: `Expected page ${id} to exist, got none`,
  });
}

export function requireContact(contact: Contact): Extract<Contact, { kind: 'contact' }> {
  if (contact.kind === 'contact') return contact;
  throw invalidField(contact.path, contact.message);
}

export function requireChannel(
  { channels }: Pick<SubscribersDependencies, 'channels'>,
  channel: Channel,
): void {
  if (channels.includes(channel)) return;
  throw new ProblemError({
    status: 422,
    code: 'unsupported-channel',
    detail: `Expected one of ${channels.join(', ')}, got ${channel}`,
    faults: [{ path: 'channel', message: `Expected one of ${channels.join(', ')}, got another` }],
  });
}

/** Throws a ProblemError if the scope names what the page does not have. */
export function requireKnown(page: Page, scope: Scope, components = 'components', groups = 'groups'): void {
  const unknown = unknownNames(page, scope);
  if (unknown.length === 0) return;
  throw new ProblemError({
    status: 422,
    code: 'unknown-component',
    detail: 'Expected components and groups of the page, got others',
    faults: unknown.map((path) => ({
      path: path.replace(/^components/, components).replace(/^groups/, groups),
      message: 'Expected an id from the catalogue of the page, got another',
    })),
  });
}

export function invalidField(path: string, message: string): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'invalid-body',
    detail: message,
    faults: [{ path, message }],
  });
}

/** The operator cannot bring anybody back. */
export function onlyTheirs({ state, quarantine }: Subscriber): ProblemError {
  const got =
    state === 'quarantined'
      ? `one in quarantine (${quarantine?.cause ?? 'unknown'})`
      : 'one who unsubscribed';
  return new ProblemError({
    status: 422,
    code: 'left',
    detail: `Expected somebody whom the operator may subscribe, got ${got}: nothing was changed`,
  });
}

export function queueTrouble(): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'unavailable',
    detail:
      'Expected the queue of confirmations to take the message, got trouble; sending the same again does no harm',
  });
}

function requireEmail({ normalise }: Pick<SubscribersDependencies, 'normalise'>, email: string): string {
  const normalised = normalise({ channel: 'email', email });
  if ('fault' in normalised) throw invalidField('subscriber.email', normalised.fault);
  return normalised.address.channel === 'email' ? normalised.address.email : email;
}
