import { createHmac } from 'node:crypto';
import { createTokenLookup } from '../../shared/channels/slack/token-lookup.ts';
import { createSlackClients } from '../../shared/channels/slack/web-clients.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import type { Page } from '../../shared/domain/page.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { createSealer } from '../../shared/runtime/sealer.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import { answerWork } from '../../shared/slack-app/answer-work.ts';
import { type SlackAppSettings, slackApp } from '../../shared/slack-app/app.ts';
import { channelSubscriptions } from '../../shared/slack-app/channel-subscriptions.ts';
import { doWork } from '../../shared/slack-app/do-work.ts';
import { exchangeCode } from '../../shared/slack-app/exchange-code.ts';
import { redirectUri } from '../../shared/slack-app/install.ts';
import { respond } from '../../shared/slack-app/respond.ts';
import { sealWork, type Work } from '../../shared/slack-app/work.ts';
import { installationStore } from '../../shared/store/installations.ts';
import { markStore } from '../../shared/store/marks.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { type Answer, httpServer, type Seen } from '../channels/http-server.ts';
import type { TestTables } from '../engine/dynamodb.ts';
import { virtualClock } from '../fanout/virtual-clock.ts';

export const SIGNING_SECRET = 'signing-secret-of-the-tests';
export const INSTALLATION_KEY = 'installation-key-of-the-tests-0123456789';
export const ADDRESS_KEY = 'address-key-of-the-tests-0123456789';
export const PUBLIC_URL = 'https://fanout.example.com';
export const SETTINGS: SlackAppSettings = {
  clientId: '123.456',
  clientSecret: 'client-secret',
  signingSecret: SIGNING_SECRET,
};

export const PAGE: Omit<Page, 'id'> = {
  name: 'Batch & Co',
  url: 'https://status.batch.com/',
  components: [
    { id: 'push-api', name: 'Push API', group: { id: 'apis', name: 'APIs' } },
    { id: 'rest-api', name: 'REST API', group: { id: 'apis', name: 'APIs' } },
    { id: 'dashboard', name: 'Dashboard' },
  ],
};

export const CHANNEL = 'C0001';

let worlds = 0;

export interface WorldOptions {
  readonly settings?: SlackAppSettings | undefined;
  /** Answers of Slack's methods, by name. */
  readonly slack?: Readonly<Record<string, (seen: Seen) => Answer>>;
  readonly operatorTokens?: boolean;
}

/** The Slack app on real stores, with a Slack of its own, a workspace of its own and a page of its own. */
export async function slackWorld({ client, names }: TestTables, options: WorldOptions = {}) {
  const n = ++worlds;
  const team = `T${String(n).padStart(4, '0')}`;
  const pageId = `slack-page-${n}`;
  const clock = virtualClock(n);
  const { now, newId } = clock;
  const log: LogEvent[] = [];
  const queue: string[] = [];
  const open: Incident[] = [];
  const methods: Record<string, (seen: Seen) => Answer> = {
    'oauth.v2.access': () => ({ body: granted(team) }),
    'chat.postMessage': () => ({ body: { ok: true, channel: CHANNEL, ts: '1.1', message: {} } }),
    respond: () => ({ body: 'ok' }),
    ...options.slack,
  };
  const server = await httpServer((seen) => {
    const method = seen.path.replace(/^\/(api\/)?/, '');
    return methods[method]?.(seen) ?? { status: 404 };
  });
  const slackUrl = `${server.url}/api/`;
  const sealer = createSealer([INSTALLATION_KEY], newId);
  const pages = pageStore(client, names.incidents);
  const subscribers = subscriberStore(client, names.subscribers);
  const rows = subscriberRowStore(client, names.subscribers);
  const installations = installationStore(client, names.incidents, sealer, newId);
  const marks = markStore(client, names.deliveries, newId);
  const tokens = options.operatorTokens ? { [team]: 'xoxb-operator' } : {};
  const lookup = createTokenLookup({ installations, tokens, now, reliedOnMs: 0 });
  const pagesRead: string[] = [];
  const page = async (id: string) => {
    pagesRead.push(id);
    return (await pages.get(id))?.page;
  };
  const hash = (address: Subscriber['address']) => addressHash(ADDRESS_KEY, address);
  const shared = {
    teams: {
      installedFor: async (id: string) => (await installations.get(id))?.pages,
      hasOperatorToken: (id: string) => Object.hasOwn(tokens, id),
      page,
    },
    subscriptions: channelSubscriptions({
      subscribers,
      putIf: rows.putIf,
      countSubscriber: pages.countSubscriber,
      hash,
      now,
    }),
    openIncidents: async () => open,
  };
  const settings = 'settings' in options ? options.settings : SETTINGS;
  const later = async (work: Work) => void queue.push(sealWork(sealer, newId(), work));
  const app = slackApp({
    settings: async () => settings,
    install: ({ clientId, clientSecret }) => ({
      page,
      save: installations.save,
      marks,
      exchange: (code) =>
        exchangeCode({ slackUrl, clientId, clientSecret, redirectUri: redirectUri(PUBLIC_URL) }, code),
      installed: () => {},
      stateKey: INSTALLATION_KEY,
      clientId,
      publicUrl: PUBLIC_URL,
      slackUrl,
      now,
      newId,
    }),
    commands: {
      ...shared,
      later,
    },
    events: {
      marks,
      markBroken: installations.markBroken,
      hash,
      pagesOf: async (h) => (await rows.refsOf(h)).map((ref) => ref.page),
      subscribers,
      reactivate: rows.reactivate,
      botUser: async (id) => (await installations.get(id))?.botUser,
      later,
      now,
    },
    publicUrl: PUBLIC_URL,
    now,
    log: (event) => void log.push(event),
  });
  const working = {
    ...shared,
    client: createSlackClients({ tokenOf: lookup.tokenOf, slackUrl }),
    refused: lookup.refused,
    installerOf: async (id: string) => (await installations.get(id))?.installer,
  };
  const buried: { body: string; reason: string }[] = [];
  const handleWork = answerWork({
    sealer,
    marks,
    doWork: (work) => doWork(working, work),
    respond: (responseUrl, reply) => respond(responseUrl, reply, slackUrl),
    bury: async (body, reason) => void buried.push({ body, reason }),
    isTrouble,
    now,
    log: (event) => void log.push(event),
  });
  await pages.put({ ...PAGE, id: pageId });

  const place = { team, conversation: CHANNEL };
  const h = hash({ channel: 'slack', ...place });
  const responseUrl = `${server.url}/respond`;

  function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    const timestamp = String(Math.floor(now() / 1_000));
    return Promise.resolve(
      app.request(`${PUBLIC_URL}${path}`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': sign(body, timestamp),
          ...headers,
        },
      }),
    );
  }

  return {
    ...{ app, clock, log, queue, open, server, sealer, pages, subscribers, installations, marks, methods },
    ...{ team, pageId, pagesRead, h, place, responseUrl, post },

    /** Types a command and returns what is answered at once. */
    async command(text: string, conversation = CHANNEL): Promise<{ text: string; blocks?: unknown[] }> {
      const form = new URLSearchParams({
        ...{ team_id: team, channel_id: conversation, command: '/status', text },
        response_url: responseUrl,
      });
      const answer = await post('/slack/commands', form.toString());
      if (answer.status !== 200) throw new Error(`Expected 200, got ${answer.status}`);
      return (await answer.json()) as { text: string; blocks?: unknown[] };
    },

    /** Clicks something in one of our messages. */
    click(action: object, values: object = {}): Promise<Response> {
      const payload = {
        type: 'block_actions',
        team: { id: team },
        channel: { id: CHANNEL },
        response_url: responseUrl,
        actions: [action],
        state: { values },
      };
      return post(
        '/slack/interactions',
        new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
      );
    },

    event(
      event: object,
      {
        id = newId().replaceAll('-', 'E'),
        time = Math.floor(now() / 1_000),
        authorizations,
      }: { id?: string; time?: number; authorizations?: object[] } = {},
    ) {
      const body = {
        authorizations,
        type: 'event_callback',
        team_id: team,
        event_id: id,
        event_time: time,
        event,
      };
      return post('/slack/events', JSON.stringify(body), { 'content-type': 'application/json' });
    },

    /** Does all the work that waits, and returns what was answered by `response_url`. */
    async work(): Promise<string[]> {
      const before = server.seen.length;
      const bodies = queue.splice(0);
      await handleWork({
        Records: bodies.map((body, index) => ({ ...RECORD, messageId: String(index), body })),
      });
      return server.seen
        .slice(before)
        .filter(({ path }) => path === '/respond')
        .map(({ body }) => body);
    },
    handleWork,
    buried,

    install: (token = 'xoxb-secret-token') =>
      installations.save(
        { team, teamName: 'Team', botUser: 'U0BOT', installer: 'U1', scopes: 'commands', token },
        pageId,
        now(),
      ),
    row: () => subscribers.get(pageId, 'slack', h),
    posts: () => server.seen.filter(({ path }) => path === '/api/chat.postMessage'),
  };
}

export type SlackWorld = Awaited<ReturnType<typeof slackWorld>>;

export function sign(body: string | Uint8Array, timestamp: string, secret = SIGNING_SECRET): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

export function granted(team: string, token = 'xoxb-secret-token') {
  return {
    ok: true,
    access_token: token,
    token_type: 'bot',
    scope: 'chat:write,commands',
    bot_user_id: 'U0BOT',
    app_id: 'A0APP',
    team: { id: team, name: 'Team' },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: 'U1' },
  };
}

export const RECORD = {
  messageId: '0',
  receiptHandle: '',
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: 'eu-west-1',
};
