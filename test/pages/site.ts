import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { subscriptionPages } from '../../shared/api/subscription-pages.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { ConfirmationRequest } from '../../shared/domain/confirmation.ts';
import type { Page } from '../../shared/domain/page.ts';
import type { Address, Subscriber } from '../../shared/domain/subscriber.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { signUpStore } from '../../shared/store/sign-ups.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { createSubscriberLinks } from '../../shared/subscriptions/links.ts';
import { proofOf } from '../../shared/subscriptions/proof.ts';
import { writeReference, writeToken } from '../../shared/subscriptions/reference.ts';
import type { TestTables } from '../engine/dynamodb.ts';
import { virtualClock } from '../fanout/virtual-clock.ts';
import { pageDependencies } from './page-dependencies.ts';

export const ORIGIN = 'https://fanout.example.com';
const LINK_KEY = 'link-key-of-the-tests-01234567890123';
const ADDRESS_KEY = 'address-key-of-the-tests-0123456789';
const WEBHOOK_KEY = 'webhook-key-of-the-tests-0123456789';

export const COMPONENTS: Page['components'] = [
  { id: 'push', name: 'Push API', group: { id: 'apis', name: 'APIs' } },
  { id: 'mail', name: 'Mail API', group: { id: 'apis', name: 'APIs' } },
  { id: 'dashboard', name: 'Dashboard' },
];

export interface SiteOptions {
  readonly channels?: readonly Channel[];
  readonly evenMs?: number;
  readonly smsBudget?: number;
  /** Its id. One of its own unless said otherwise. */
  readonly page?: string;
}

let pages = 0;
let clients = 0;

export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** The pages as a browser meets them, on real stores, with a page of its own and nobody subscribed. */
export async function openSite(tables: TestTables, options: SiteOptions = {}) {
  const { client, names } = tables;
  const { channels = ['email', 'sms', 'slack', 'webhook'], evenMs = 0, smsBudget = 100 } = options;
  const clock = virtualClock(++pages);
  const rung: ConfirmationRequest[] = [];
  const log: LogEvent[] = [];
  const page = options.page ?? `site-${pages}`;
  const app = subscriptionPages(
    pageDependencies(tables, {
      clock,
      log: (event) => void log.push(event),
      linkKey: LINK_KEY,
      addressKey: ADDRESS_KEY,
      webhookKey: WEBHOOK_KEY,
      channels,
      rung,
      smsBudget,
      evenMs,
    }),
  );
  const subscribers = subscriberStore(client, names.subscribers);
  const signUps = signUpStore(client, names.subscribers);
  const links = createSubscriberLinks({ publicUrl: '', linkKey: LINK_KEY });
  await forgetAll(tables);
  await pageStore(client, names.incidents).put({
    id: page,
    name: 'Acme',
    url: 'https://status.example.com/',
    components: COMPONENTS,
  });

  /** What the confirmation function does: a secret whose digest the row holds. */
  async function prove(target: Subscriber, purpose: 'confirm' | 'code' | 'manage', secret: string) {
    const proof = proofOf(purpose, target, secret, clock.now());
    const state = purpose === 'manage' ? 'active' : 'pending';
    const proofs = { [purpose]: purpose === 'code' ? { ...proof, tries: 0 } : proof };
    if (!(await signUps.putProofs(target, state, proofs, clock.now()))) throw new Error('Expected a row');
    return writeToken(target, secret);
  }

  async function send(
    method: string,
    path: string,
    init: RequestInit = {},
    ip = `198.51.${++clients % 250}.7`,
  ) {
    return app.request(
      `${ORIGIN}${path}`,
      { method, ...init },
      {
        event: { requestContext: { http: { sourceIp: ip } } },
      },
    );
  }

  return {
    page,
    clock,
    rung,
    log,
    send,
    links,
    subscribePath: `/p/${page}/subscribe`,
    get: (path: string) => send('GET', path),
    /** A form as a browser posts it. Each call comes from another network unless `ip` says otherwise. */
    post: (path: string, fields: Fields = {}, ip?: string) =>
      send(
        'POST',
        path,
        {
          body: encode(fields),
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
        ip,
      ),
    row: (address: Address) => subscribers.get(page, address.channel, addressHash(ADDRESS_KEY, address)),
    target: (address: Address) => ({ page, channel: address.channel, h: addressHash(ADDRESS_KEY, address) }),
    reference: (address: Address) =>
      writeReference({ page, channel: address.channel, h: addressHash(ADDRESS_KEY, address) }),
    async add(address: Address, more: Partial<Subscriber> = {}): Promise<Subscriber> {
      const subscriber: Subscriber = {
        page,
        channel: address.channel,
        h: addressHash(ADDRESS_KEY, address),
        address,
        state: 'active',
        scope: { kind: 'page' },
        createdAt: clock.now(),
        confirmedAt: clock.now(),
        source: 'self',
        ...(address.channel === 'webhook' && { secretVersions: [1] }),
        ...more,
      };
      await subscribers.put(subscriber);
      return subscriber;
    },
    quarantine: (of: Subscriber, cause: string) =>
      subscribers.quarantine(page, of.channel, of.h, cause, clock.now()),
    unsubscribe: (of: Subscriber) => subscribers.unsubscribe(page, of.channel, of.h, clock.now()),
    confirmToken: (of: Subscriber) => prove(of, 'confirm', clock.newSecret()),
    manageToken: (of: Subscriber) => prove(of, 'manage', clock.newSecret()),
    giveCode: (of: Subscriber, code: string) => prove(of, 'code', code),
    /** Gives the page and all of its components this name. */
    rename: (name: string) =>
      pageStore(client, names.incidents).put({
        id: page,
        name,
        url: 'javascript:alert(1)',
        components: COMPONENTS.map((one) => ({
          id: one.id,
          name,
          ...(one.group && { group: { id: one.group.id, name } }),
        })),
      }),
    /** An incident of the page, and where one follows it. */
    async withIncident(id: string, title: string): Promise<string> {
      const incidents = incidentStore(client, names.incidents, clock.newId);
      await incidents.change(page, id, () => ({
        page,
        id,
        title,
        facts: { id, name: title, impact: 'major' },
        status: 'investigating',
        components: [],
        touched: [],
        history: [],
        arriving: [],
        open: [],
        chunks: { email: 1, sms: 1, slack: 1, webhook: 1 },
      }));
      return `/p/${page}/incidents/${id}/subscribe`;
    },
    /** Every item of every table. */
    async everything(): Promise<string> {
      const scans = Object.values(names).map((TableName) => client.send(new ScanCommand({ TableName })));
      const items = (await Promise.all(scans)).flatMap(({ Items = [] }) => Items);
      return JSON.stringify(items.map((item) => JSON.stringify(item)).sort());
    },
  };
}

/** No subscriber and no counter is left, of whatever page: addresses are counted on all pages together. */
async function forgetAll({ client, names }: TestTables): Promise<void> {
  for (const TableName of [names.subscribers, names.deliveries]) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName }));
    for (const { pk, sk } of Items) await client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  }
}

export type Site = Awaited<ReturnType<typeof openSite>>;

export function encode(fields: Fields): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of typeof value === 'string' ? [value] : value) body.append(name, one);
  }
  return body.toString();
}

/** What a browser would post from a page: its ticked, selected and filled-in controls. Our own pages only: no parser. */
export function formOf(page: string, action: RegExp = /./): Record<string, string | string[]> {
  const forms = [...page.matchAll(/<form method="post" action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
  const [, , body = ''] = forms.find(([, path = '']) => action.test(path)) ?? [];
  const fields: Record<string, string | string[]> = {};
  for (const [tag] of body.matchAll(/<input[^>]*>/g)) {
    const at = (name: string) => unescapeHtml(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
    if (/type="(checkbox|radio)"/.test(tag) && !/ checked/.test(tag)) continue;
    const name = at('name');
    if (!/type="checkbox"/.test(tag)) fields[name] = at('value');
    else fields[name] = [...[fields[name] ?? []].flat(), at('value')];
  }
  for (const [, name = '', options = ''] of body.matchAll(
    /<select[^>]* name="(\w+)"[^>]*>([\s\S]*?)<\/select>/g,
  ))
    fields[name] = /<option value="(\w+)" selected/.exec(options)?.[1] ?? '';
  return fields;
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
