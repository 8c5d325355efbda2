import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Hono } from 'hono';
import { isSameSecret } from '../../shared/api/authorize.ts';
import { feedbackApp } from '../../shared/api/feedback-app.ts';
import { feedsApp } from '../../shared/api/feeds-app.ts';
import { operateApp } from '../../shared/api/operate-app.ts';
import { publishApp } from '../../shared/api/publish-app.ts';
import type { SubscriberBody } from '../../shared/api/schemas.ts';
import { shortLinkApp } from '../../shared/api/short-link-app.ts';
import { subscriptionPages } from '../../shared/api/subscription-pages.ts';
import { takeUpdateEvent } from '../../shared/api/update-event.ts';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { normaliseEndpoint } from '../../shared/channels/webhook/normalise-endpoint.ts';
import { ROWS_PER_CHUNK } from '../../shared/deployment/channels.ts';
import { type FunctionName, ROUTES } from '../../shared/deployment/functions.ts';
import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import type { ConfirmationRequest } from '../../shared/domain/confirmation.ts';
import type { Address } from '../../shared/domain/subscriber.ts';
import type { Update } from '../../shared/domain/update.ts';
import { type AcceptDependencies, acceptUpdate } from '../../shared/fanout/accept.ts';
import type { Ring } from '../../shared/fanout/plan.ts';
import { readOutlook } from '../../shared/fanout/read-outlook.ts';
import { readReceipt } from '../../shared/fanout/read-receipt.ts';
import { takeMessage } from '../../shared/feedback/twilio/take-message.ts';
import { takeReport } from '../../shared/feedback/twilio/take-report.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import { endpointSettingsStore } from '../../shared/store/endpoint-settings.ts';
import { exceptionStore } from '../../shared/store/exceptions.ts';
import { incidentLists } from '../../shared/store/incident-lists.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { ledgerStore } from '../../shared/store/ledger.ts';
import { limitStore } from '../../shared/store/limits.ts';
import { markStore } from '../../shared/store/marks.ts';
import { optOutStore } from '../../shared/store/opt-outs.ts';
import { paceStore } from '../../shared/store/paces.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { pauseStore } from '../../shared/store/pauses.ts';
import { shortLinkStore } from '../../shared/store/short-links.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { updateStore } from '../../shared/store/updates.ts';
import {
  addressHash,
  type Normalised,
  normaliseEmail,
  normalisePhone,
} from '../../shared/subscriptions/address.ts';
import type { TestTables } from '../engine/dynamodb.ts';
import { virtualClock } from '../fanout/virtual-clock.ts';
import { pageDependencies } from '../pages/page-dependencies.ts';
import { slackAppNotSetUp } from '../slack-app/not-set-up.ts';
import { expectDescribed } from './described.ts';

export const OPERATOR_KEY = 'operator-key-of-the-tests-0123456789';
export const STATUSPAGE_TOKEN = 'statuspage-token-of-the-tests-012345';
export const LINK_KEY = 'link-key-of-the-tests-01234567890123';
export const PUBLIC_URL = 'https://fanout.example.com';
const ADDRESS_KEY = 'address-key-of-the-tests-0123456789';
export const WEBHOOK_KEY = 'webhook-key-of-the-tests-0123456789';

export interface RequestOptions {
  /** Sent as JSON, or as it is when it is text or bytes. */
  readonly body?: unknown;
  /** The operator key unless said otherwise; null for no Authorization at all. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiOptions {
  readonly channels?: readonly Channel[];
}

/** The HTTP apps of all functions on real stores, behind a gateway that knows the deployed routes. */
export function createApi({ client, names }: TestTables, { channels = CHANNELS }: ApiOptions = {}) {
  const clock = virtualClock();
  const doorbells: Ring[] = [];
  const confirmations: ConfirmationRequest[] = [];
  const log: LogEvent[] = [];
  const pages = pageStore(client, names.incidents);
  const updates = updateStore(client, names.incidents);
  const incidents = incidentStore(client, names.incidents, clock.newId);
  const subscribers = subscriberStore(client, names.subscribers);
  let afterNextRead: () => Promise<unknown> = async () => {};
  const ledger = ledgerStore(client, names.deliveries);
  const exceptions = exceptionStore(client, names.deliveries);

  const accepting: AcceptDependencies = {
    pages,
    updates,
    incidents,
    activity: pageActivityStore(client, names.incidents, clock.newId),
    doorbells: {
      async ring(rings) {
        doorbells.push(...rings);
        return 0;
      },
    },
    clock,
    channels,
    rowsPerChunk: ROWS_PER_CHUNK,
    rates: {},
  };
  const shared = { now: clock.now, log: (event: LogEvent) => void log.push(event) };
  const accept = (update: Update) => acceptUpdate(accepting, update);
  const hearing = {
    subscribers,
    rows: subscriberRowStore(client, names.subscribers),
    optOuts: optOutStore(client, names.subscribers),
    marks: markStore(client, names.deliveries, clock.newId),
    hash: (address: Address) => addressHash(ADDRESS_KEY, address),
    notePumping: async () => {},
  };
  const delays: number[] = [];
  const signer = createEndpointSecrets(WEBHOOK_KEY);
  const apps: Partial<Record<FunctionName, Hono>> = {
    ingest: publishApp({
      ...shared,
      accept,
      isOperatorKey: async (given) => isSameSecret(given, OPERATOR_KEY),
      isStatuspageToken: async (given) => isSameSecret(given, STATUSPAGE_TOKEN),
    }),
    operate: operateApp({
      ...shared,
      pages,
      incidents,
      updates,
      adding: {
        pages,
        subscribers: { ...subscribers, get: getAndAct },
        hash: (address) => addressHash(ADDRESS_KEY, address),
        clock,
      },
      rows: subscriberRowStore(client, names.subscribers),
      limits: limitStore(client, names.deliveries),
      confirmations: {
        async send(requests) {
          confirmations.push(...requests);
          return 0;
        },
      },
      normalise,
      readReceipt: (incident, stored) => readReceipt({ ledger, exceptions }, incident, stored),
      readOutlook: (incident, stored) =>
        readOutlook(
          {
            ledger,
            pages,
            paces: paceStore(client, names.deliveries),
            pauses: pauseStore(client, names.deliveries),
            rates: { email: 10 },
            clock,
          },
          incident,
          stored,
        ),
      signingSecret: signer.secretOf,
      endpoints: {
        ring: async (request, delayMs = 0) => {
          confirmations.push(request);
          delays.push(delayMs);
        },
        limits: limitStore(client, names.deliveries),
        missing: { incidents: incidentLists(client, names.incidents), updates, ledger, exceptions },
        settings: endpointSettingsStore(client, names.subscribers),
        attempts: attemptStore(client, names.deliveries),
        publicKey: signer.publicKeyOf,
        clock,
      },
      channels,
      isOperatorKey: async (given) => isSameSecret(given, OPERATOR_KEY),
      publicUrl: PUBLIC_URL,
    }),
    subscriptions: subscriptionPages(
      pageDependencies(
        { client, names },
        {
          clock,
          log: shared.log,
          linkKey: LINK_KEY,
          addressKey: ADDRESS_KEY,
          webhookKey: WEBHOOK_KEY,
          channels,
        },
      ),
    ),
    'slack-app': slackAppNotSetUp(shared),
    feeds: feedsApp({
      ...shared,
      pages,
      incidents: { ...incidents, ...incidentLists(client, names.incidents) },
      updates,
      publicUrl: PUBLIC_URL,
    }).route(
      '/',
      shortLinkApp({ ...shared, pages, incidents, shortLinks: shortLinkStore(client, names.incidents) }),
    ),
    feedback: feedbackApp({
      log: shared.log,
      twilio: {
        ...shared,
        publicUrl: PUBLIC_URL,
        isSigned: async (signature) => signature === 'good',
        takeReport: (report) => takeReport(hearing, report, clock.now()),
        takeMessage: (message) => takeMessage(hearing, message, clock.now()),
      },
    }),
  };

  async function getAndAct(...row: Parameters<typeof subscribers.get>) {
    const found = await subscribers.get(...row);
    const act = afterNextRead;
    afterNextRead = async () => {};
    await act();
    return found;
  }

  async function request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const app = apps[routeOf(method, path)];
    if (app === undefined) throw new Error(`Expected an app behind ${method} ${path}`);
    const answer = await app.request(`${PUBLIC_URL}${path}`, { method, ...contentOf(options) });
    await expectDescribed(method, path, answer);
    return answer;
  }

  return {
    apps,
    clock,
    doorbells,
    confirmations,
    delays,
    log,
    subscribers,
    ledger,
    exceptions,
    updates,
    request,
    /** Does something between the next read of a subscriber who is being added and the write. */
    onceRead: (act: () => Promise<unknown>) => {
      afterNextRead = act;
    },
    /** What the function makes of a message of the queue of events. */
    takeMessage: (body: string) => takeUpdateEvent({ ...shared, accept }, body),
    takeEvent: (detail: unknown) =>
      takeUpdateEvent({ ...shared, accept }, JSON.stringify({ 'detail-type': 'Incident Update', detail })),
    /** Every item of every table: what is stored. */
    async everything(): Promise<unknown[]> {
      const scans = Object.values(names).map((TableName) => client.send(new ScanCommand({ TableName })));
      return (await Promise.all(scans)).flatMap(({ Items = [] }) => Items).sort(byKey);
    },
  };
}

export type Api = ReturnType<typeof createApi>;

function contentOf({ body, key = OPERATOR_KEY, headers }: RequestOptions) {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  return {
    headers: { ...(key !== null && { authorization: `Bearer ${key}` }), ...headers },
    ...(body !== undefined && {
      body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    }), // just checked
  };
}

/** The function that the gateway calls: literal segments before variables, as HTTP APIs match. */
function routeOf(method: string, path: string): FunctionName {
  const [bare = ''] = path.split('?');
  const matching = ROUTES.filter((route) => {
    const pattern = route.path.replace(/\{\w+\}/g, '[^/]+');
    return route.method === method && new RegExp(`^${pattern}$`).test(bare);
  });
  const [first] = matching.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length);
  if (first === undefined) throw new Error(`Expected a deployed route, got ${method} ${path}`);
  return first.function;
}

function normalise(body: SubscriberBody): Normalised {
  switch (body.channel) {
    case 'email':
      return normaliseEmail(body.email);
    case 'sms':
      return normalisePhone(body.phone);
    case 'slack':
      return { address: { channel: 'slack', team: body.team, conversation: body.conversation } };
    case 'webhook': {
      const judged = normaliseEndpoint(body, { privateTargets: 'refuse' });
      if ('fault' in judged) return judged;
      const { url, format } = judged;
      return { address: { channel: 'webhook', url }, ...(format !== undefined && { format }) };
    }
  }
}

function byKey(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return `${a['pk']} ${a['sk']}` < `${b['pk']} ${b['sk']}` ? -1 : 1;
}
