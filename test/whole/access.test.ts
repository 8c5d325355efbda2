import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientSettings } from '../../local/stack/aws-client.ts';
import { FUNCTIONS, UPDATE_DETAIL_TYPE } from '../../shared/deployment/functions.ts';
import { announce } from '../../shared/domain/placement.ts';
import type { AcceptedUpdate } from '../../shared/domain/update.ts';
import { WHOLE_SENDER } from '../../shared/fanout/deliver/breaker.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { pauseStore } from '../../shared/store/pauses.ts';
import { updateStore } from '../../shared/store/updates.ts';
import { reportMails } from './access-feedback.ts';
import { startWhole, type Whole } from './access-fixture.ts';
import { comeAndGo } from './access-subscriptions.ts';
import { privateWordsIn } from './private-words.ts';

/** Grants that no call here needs, each with the reason why it stays. */
const KEPT: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': "Lambda writes the log in the function's role; here lines go to the stack's caller",
  'logs:PutLogEvents': "Lambda writes the log in the function's role; here lines go to the stack's caller",
};

const PAGE = 'batch';
const COMPONENTS = ['api', 'dashboard'].map((id) => ({ id, name: id }));
const STATUSPAGE = { format: 'statuspage' };
const WHO = ['steady', 'flaky', 'gone'] as const;

/** A subscriber of each channel. Only `flaky` wants one component alone, so that a newer update can pass it by. */
function subscribersOf(webhookBase: string) {
  return WHO.flatMap((who, n) => {
    const scope = who === 'flaky' ? { components: ['api'] } : {};
    return [
      { channel: 'email', email: `${who}@example.com`, ...scope },
      { channel: 'sms', phone: `+1202555010${n}`, ...scope },
      { channel: 'slack', team: 'T0LOCAL01', conversation: `C0${who.toUpperCase()}0`, ...scope },
      // Statuspage's format tells of all updates so far.
      { channel: 'webhook', url: `${webhookBase}/e/${who}`, ...(who === 'steady' && STATUSPAGE), ...scope },
    ];
  });
}

/** An update as the API takes it, on the one component. */
function update(id: string, incident: string) {
  return {
    id,
    incident: { id: incident, name: `Incident ${incident}`, impact: 'major' },
    status: 'investigating',
    body: `Text of ${id}`,
    publishedAt: '2026-08-07T10:00:00Z',
    components: [{ id: 'api', name: 'api', newStatus: 'major_outage' }],
    notify: true,
  } as const;
}

describe('the roles of the template', () => {
  let whole: Whole;
  const { dynamoDb, sqs } = {
    dynamoDb: () =>
      DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(whole.stack.endpoints.dynamoDb))),
    sqs: () => new SQSClient(clientSettings(whole.stack.endpoints.sqs)),
  };

  beforeAll(async () => {
    whole = await startWhole();
  });

  afterAll(() => whole?.[Symbol.asyncDispose]());

  it('allow all that the functions do, and nothing that they do not', { timeout: 90_000 }, async () => {
    await subscribe(whole);
    await pauseOnce(whole, dynamoDb());
    misbehave(whole);
    await Promise.all([poison(whole, sqs()), leaveHalfDone(dynamoDb())]);
    await tell(whole);
    await readLinks(whole);
    await readFeeds(whole);
    await comeAndGo(whole, PAGE);
    await reportMails(whole, PAGE);

    // What is denied leaves other grants unused: it is said first, and at once.
    const isSettled = () => deniedOf(whole).length > 0 || unusedOf(whole).length === 0;
    await vi.waitUntil(isSettled, { timeout: 40_000, interval: 200 }).catch(() => undefined);
    expect(deniedOf(whole)).toEqual([]);
    expect(unusedOf(whole)).toEqual([]);
    expect(whole.errors()).toEqual([]);
    expect(usedOf(whole).filter((action) => Object.hasOwn(KEPT, action))).toEqual([]);
  });

  it('left no address, token, secret or text in a log or a queue', async () => {
    const { logs, messages } = whole.written;
    // Looking at nothing would find nothing.
    expect(logs.filter((line) => line.includes('"level":"INFO"')).length).toBeGreaterThan(50);
    expect(messages.length).toBeGreaterThan(30);
    expect(await privateWordsIn(whole.stack, logs)).toEqual([]);
    expect(await privateWordsIn(whole.stack, messages)).toEqual([]);
    expect(await privateWordsIn(whole.stack, ['to anna@example.com'])).toHaveLength(1);
  });
});

/** The operator's part: a page, its subscribers, the description of the API. */
async function subscribe({ call, providers }: Whole): Promise<void> {
  await call('GET', '/openapi.json');
  await call('PUT', `/v1/pages/${PAGE}`, {
    name: 'Batch',
    url: 'https://status.batch.test',
    components: COMPONENTS,
  });
  for (const subscriber of subscribersOf(providers.urls.webhook)) {
    const answer = await call('POST', `/v1/pages/${PAGE}/subscribers`, subscriber);
    const { secret } = answer as { secret?: string }; // an answer of our own API
    if ('url' in subscriber && secret) providers.registerWebhook(subscriber.url, secret);
  }
}

/**
 * SES and Twilio are busy at first; another sender that once found Slack out of reach has left a pause, which is over.
 * The first message that each takes ends its pause. One update alone: of several, all but one would wait for what that
 * one finds.
 */
async function pauseOnce({ call, providers }: Whole, documents: DynamoDBDocumentClient): Promise<void> {
  providers.script({ channel: 'email', operation: 'SendBulkEmail', error: 'TooManyRequestsException' });
  providers.script({ channel: 'sms', status: 429, error: 20429 });
  const pauses = pauseStore(documents, 'IncidentFanout-DeliveriesTable');
  const pause = { until: Date.now(), attempt: 1, by: 'another sender' };
  await pauses.swap('slack', WHOLE_SENDER, undefined, pause, Date.now());
  documents.destroy();

  await call('POST', `/v1/pages/${PAGE}/updates`, update('alone', 'alone'));
  const everybody = subscribersOf(providers.urls.webhook).length;
  const isTold = () => providers.accepted('alone').length === everybody;
  await vi.waitUntil(isTold, { timeout: 20_000, interval: 50 });
}

/** Each provider refuses one who is gone, and fails once for another, that in the update which a newer one follows. */
function misbehave({ providers }: Whole): void {
  const { script, urls } = providers;
  script({
    channel: 'email',
    to: 'flaky@example.com',
    update: 'first',
    entries: { 'flaky@example.com': 'TRANSIENT_FAILURE', 'gone@example.com': 'INVALID_PARAMETER' },
  });
  script({ channel: 'sms', to: '+12025550101', update: 'first', status: 400, error: 20001 });
  script({ channel: 'sms', to: '+12025550102', status: 400, error: 21211 });
  script({ channel: 'slack', to: 'T0LOCAL01/C0FLAKY0', update: 'first', error: 'service_unavailable' });
  script({ channel: 'slack', to: 'T0LOCAL01/C0GONE0', error: 'is_archived' });
  script({ channel: 'webhook', to: `${urls.webhook}/e/flaky`, update: 'first', status: 500 });
  script({ channel: 'webhook', to: `${urls.webhook}/e/gone`, status: 410 });
}

/** Messages that nobody can read go to the dead-letter queues. */
async function poison({ stack }: Whole, client: SQSClient): Promise<void> {
  for (const channel of ['Email', 'Sms', 'Slack', 'Webhook', 'EmailFeedback', 'SlackWork', 'Events']) {
    const QueueUrl = `${stack.endpoints.sqs}/000000000000/IncidentFanout-${channel}Queue`;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'neither a doorbell nor an event' }));
  }
  client.destroy();
}

/**
 * What crashes of `ingest` leave behind: on two incidents an update that was announced and never stored; on one of them another that was stored
 * and never placed, which is the sweeper's to finish.
 */
async function leaveHalfDone(documents: DynamoDBDocumentClient): Promise<void> {
  const table = 'IncidentFanout-IncidentsTable';
  const incidents = incidentStore(documents, table, () => crypto.randomUUID());
  for (const [incident, ids] of [
    ['halfDone', ['neverStored1', 'stored']],
    ['fromStatuspage', ['neverStored2']],
  ] as const) {
    for (const id of ids) {
      await incidents.change(PAGE, incident, (current) => announce(current, accepted(id, incident)));
    }
  }
  await updateStore(documents, table).putNew(accepted('stored', 'halfDone'), 'digest');
  documents.destroy();
}

function accepted(id: string, incident: string): AcceptedUpdate {
  return { page: PAGE, ...update(id, incident), acceptedAt: Date.now() };
}

/** An update by each way in, and the operator's questions about them. */
async function tell({ call, stack }: Whole): Promise<void> {
  await call('POST', `/v1/pages/${PAGE}/updates`, update('first', 'outage'));
  // A newer one that tells nobody: whoever tries the first again looks what the newer one has reached.
  await call('POST', `/v1/pages/${PAGE}/updates`, { ...update('silent', 'outage'), notify: false });
  const { token } = await stack.secret('StatuspageSecret');
  await call('POST', `/v1/pages/${PAGE}/sources/statuspage/${token}`, {
    incident: {
      id: 'fromStatuspage',
      name: 'From Statuspage',
      impact: 'minor',
      incident_updates: [
        { id: 'second', status: 'investigating', body: 'Text', created_at: '2026-08-07T10:00:00Z' },
      ],
    },
  });
  await stack.emit({
    source: 'test',
    detailType: UPDATE_DETAIL_TYPE,
    detail: { page: PAGE, ...update('third', 'fromAnEvent') },
  });
  // Whichever of the two comes second has a history.
  await call('POST', `/v1/pages/${PAGE}/updates`, update('fourth', 'fromAnEvent'));
  await call('GET', `/v1/pages/${PAGE}/updates/first/receipt`);
  await call('GET', `/v1/pages/${PAGE}/incidents/outage`);
}

/** What a reader does with the links in a mail. */
async function readLinks({ call, stack, providers }: Whole): Promise<void> {
  const mails = () => providers.messages().filter((message) => message.channel === 'email');
  await expect.poll(() => mails().length, { timeout: 20_000 }).toBeGreaterThan(0);
  const text = mails()[0]?.text ?? '';
  const linkTo = (path: string) => new RegExp(`${stack.apiUrl}(/${path}/\\S+)`).exec(text)?.[1] ?? '';
  await call('GET', linkTo('m'));
  await call('GET', linkTo('u'));
  await call('POST', linkTo('u'));
}

/** What feed readers and calendars ask for, with planned work that nobody is told of. */
async function readFeeds({ call }: Whole): Promise<void> {
  const planned = update('planned', 'upgrade');
  const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
  await call('POST', `/v1/pages/${PAGE}/updates`, {
    ...planned,
    incident: { ...planned.incident, impact: 'maintenance', scheduledFor },
    status: 'scheduled',
    notify: false,
  });
  expect(await call('GET', `/p/${PAGE}/feed.json`)).toHaveProperty(
    'items.0.title',
    'Scheduled: Incident upgrade',
  );
  expect(await call('GET', `/p/${PAGE}/components/api/feed.atom`)).toMatch(/^<\?xml/);
  expect(await call('GET', `/p/${PAGE}/incidents/upgrade/maintenance.ics`)).toMatch(/^BEGIN:VCALENDAR/);
  await call('HEAD', `/p/${PAGE}/maintenance.ics`);
}

/** Grants that have to be used and are not yet, as `function: action on resource`. */
function unusedOf({ stack }: Whole): readonly string[] {
  const statistics = stack.statistics();
  return Object.values(FUNCTIONS).flatMap((name) => {
    const unused = statistics[name]?.access.unused ?? [{ action: '*', resource: 'no such function' }];
    return unused
      .filter(({ action }) => !Object.hasOwn(KEPT, action))
      .map(({ action, resource }) => `${name}: ${action} on ${resource}`);
  });
}

/** Actions of the grants that were used. */
function usedOf({ stack }: Whole): readonly string[] {
  return Object.values(stack.statistics()).flatMap(({ access }) => access.used.map(({ action }) => action));
}

function deniedOf({ stack }: Whole): readonly string[] {
  return Object.entries(stack.statistics()).flatMap(([name, { access }]) =>
    access.denied.map(({ action, resource }) => `${name}: ${action} on ${resource}`),
  );
}
