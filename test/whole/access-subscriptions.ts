import { createHmac } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { Message } from '../../local/providers/messages.ts';
import { INSTALLING_TEAM } from '../../local/providers/slack/slack-oauth.ts';
import { clientSettings } from '../../local/stack/aws-client.ts';
import { lookAfterEndpoint, pressEndpointButtons } from './access-endpoints.ts';
import type { Whole } from './access-fixture.ts';

const CHOICE = 'scope=page&kinds=incident&kinds=maintenance&minimumImpact=none';
const EMAIL = 'self@example.com';
const LAST = 'last';
const PUBLISHED = 'https://status.batch.test/incidents/what-happened-later';
const PHONE = '+12015550142';
const BLOCKED = '+12015550166';
const STOPPED = '+12015550177';

/** People who come by themselves, change their mind and leave; and the operator's view of them. */
export async function comeAndGo(whole: Whole, page: string): Promise<void> {
  const [manage] = await Promise.all([
    byEmail(whole, page),
    bySms(whole, page),
    byWebhook(whole, page),
    lookAfterEndpoint(whole, page),
    inSlack(whole, page),
    poisonConfirmations(whole),
  ]);
  await answerByText(whole, page);
  await loseSlack(whole, page);
  await changeOnesMind(whole, manage);
  await lookAfter(whole, page);
}

/** Returns the path of the manage link. */
async function byEmail(whole: Whole, page: string): Promise<string> {
  await post(whole, `/p/${page}/subscribe`, `channel=email&email=${EMAIL}&${CHOICE}`);
  // Too soon for this address: what all share is looked at, and nothing is counted.
  await post(whole, `/p/${page}/subscribe`, `channel=email&email=${EMAIL}&${CHOICE}`);
  const confirm = await linkIn(whole, EMAIL, 'confirm');
  await post(whole, confirm, '');
  await get(whole, `/p/${page}/incidents/outage/subscribe`);
  const news = await messageTo(whole, EMAIL, ({ update }) => update !== '');
  const ask = linkTo(whole, news, 'm');
  await get(whole, ask);
  await post(whole, ask, '');
  return linkIn(whole, EMAIL, 'manage');
}

/** The link of a text leads to where the incident is published. */
async function followTextLink(whole: Whole): Promise<void> {
  const { text } = await messageTo(whole, BLOCKED, ({ update }) => update === LAST);
  const link = /http\S+\/i\/\w+/.exec(text)?.[0] ?? '';
  const answer = await fetch(link, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, PUBLISHED]);
}

/** The page shows what one was told last, once that is in the ledger. */
async function changeOnesMind(whole: Whole, manage: string): Promise<void> {
  await messageTo(whole, EMAIL, ({ update }) => update === LAST);
  await followTextLink(whole);
  await get(whole, manage);
  await post(whole, manage, `do=save&${CHOICE}`);
}

async function bySms(whole: Whole, page: string): Promise<void> {
  const phone = encodeURIComponent(PHONE);
  const form = await post(whole, `/p/${page}/subscribe`, `channel=sms&phone=${phone}&${CHOICE}`);
  const [path = ''] = /\/confirm\/sms\/[\w.-]+/.exec(form) ?? [];
  const { text } = await messageTo(whole, PHONE);
  await post(whole, path, `code=${/\b\d{6}\b/.exec(text)?.[0]}`);
}

/** STOP and START; a number whose next text the carrier takes for pumping, and one whose STOP only Twilio has heard. */
async function answerByText(whole: Whole, page: string): Promise<void> {
  const { providers, stack } = whole;
  const url = `${stack.apiUrl}/v1/feedback/twilio/message`;
  for (const body of ['STOP', 'START']) {
    expect(await providers.textBack({ from: PHONE, body, url })).toMatchObject({ status: 200 });
  }
  providers.script({ channel: 'sms', operation: 'carrier', to: BLOCKED, error: 30450 });
  providers.script({ channel: 'sms', operation: 'messages.create', to: STOPPED, error: 21610 });
  for (const phone of [BLOCKED, STOPPED]) {
    await whole.call('POST', `/v1/pages/${page}/subscribers`, { channel: 'sms', phone });
  }
}

async function byWebhook(whole: Whole, page: string): Promise<void> {
  const url = encodeURIComponent(`${whole.providers.urls.webhook}/e/self`);
  await post(
    whole,
    `/p/${page}/subscribe`,
    `channel=webhook&url=${url}&ownerEmail=owner@example.com&${CHOICE}`,
  );
  await pressEndpointButtons(whole, await linkIn(whole, 'owner@example.com', 'manage'));
}

/** Installs the app, follows the page in a channel, asks about it, and takes the app away. */
async function inSlack(whole: Whole, page: string): Promise<void> {
  const { stack } = whole;
  const begun = await fetch(`${stack.apiUrl}/slack/install?page=${page}`, { redirect: 'manual' });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const allowed = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const installed = await fetch(allowed.headers.get('location') ?? '', { headers: { cookie } });
  expect(installed.status, await installed.text()).toBe(200);

  for (const text of ['subscribe all', 'list', 'current', 'unsubscribe']) {
    await command(whole, 'C0SELF0001', text);
  }
  await command(whole, 'C0BROKEN01', 'subscribe all');
}

async function command(whole: Whole, conversation: string, text: string): Promise<void> {
  const before = answers(whole, conversation);
  const body = new URLSearchParams({
    command: '/status',
    text,
    team_id: INSTALLING_TEAM,
    channel_id: conversation,
    user_id: 'U0PERSON',
    response_url: new URL(`/commands/${INSTALLING_TEAM}/${conversation}/1`, whole.providers.urls.slack).href,
  }).toString();
  const now = await signedBySlack(whole, '/slack/commands', body, 'application/x-www-form-urlencoded');
  // A first post shows that the app may, and the answer follows it.
  if (now.includes('One moment')) {
    await expect.poll(() => answers(whole, conversation), WAIT).toBeGreaterThanOrEqual(before + 2);
  }
}

async function signedBySlack(
  { stack, providers }: Whole,
  path: string,
  body: string,
  type = 'application/json',
): Promise<string> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const { signingSecret } = providers.credentials.slack;
  const mac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const response = await fetch(stack.apiUrl + path, {
    method: 'POST',
    body,
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac}`,
    },
  });
  const answer = await response.text();
  expect(response.status, answer).toBe(200);
  return answer;
}

/** The operator lists, changes, asks again, shows and erases. */
async function lookAfter(whole: Whole, page: string): Promise<void> {
  const { call, providers } = whole;
  const base = `/v1/pages/${page}/subscribers`;
  const listed = await call('GET', `${base}?type=email&q=self`);
  const [{ id } = { id: '' }] = JSON.parse(String(listed)) as readonly { readonly id: string }[]; // our own API's
  await call('GET', `${base}/count`);
  await call('PATCH', `${base}/${id}`, { component_ids: ['api'] });
  await call('POST', `/v1/pages/${page}/incidents/outage/subscribers`, {
    subscriber: { email: 'asked@example.com' },
  });
  await call('POST', `${base}/resend_confirmation`, { subscribers: 'all' });
  await call('POST', `/v1/pages/${page}/person`, { address: EMAIL, everywhere: true });
  await call('POST', `/v1/pages/${page}/erase`, { address: EMAIL, everywhere: true });
  await eraseEndpoint(whole, page, `${providers.urls.webhook}/e/self`);
}

/** An endpoint with a call in its log. */
async function eraseEndpoint({ call }: Whole, page: string, address: string): Promise<void> {
  const base = `/v1/pages/${page}/subscribers`;
  const listed = await call('GET', `${base}?type=webhook&q=${encodeURIComponent(address)}`);
  const [{ id } = { id: '' }] = JSON.parse(String(listed)) as readonly { readonly id: string }[]; // our own API's
  await call('POST', `${base}/${id}/test`);
  await expect.poll(() => call('GET', `${base}/${id}/attempts`), WAIT).not.toBe('[]');
  await call('POST', `/v1/pages/${page}/erase`, { address, everywhere: true });
}

/** Slack refuses the workspace in the middle of an update; and tells that the app was taken away. */
async function loseSlack(whole: Whole, page: string): Promise<void> {
  const broken = `${INSTALLING_TEAM}/C0BROKEN01`;
  whole.providers.script({ channel: 'slack', to: broken, error: 'account_inactive' });
  await whole.call('POST', `/v1/pages/${page}/updates`, {
    id: LAST,
    incident: { id: 'later', name: 'Later', impact: 'minor', url: PUBLISHED },
    status: 'investigating',
    body: 'Text',
    publishedAt: new Date().toISOString(),
    components: [],
    notify: true,
  });
  // Not before it was tried: an archived channel would not be.
  const retrying = async () => {
    const receipt = await whole.call('GET', `/v1/pages/${page}/updates/${LAST}/receipt`);
    return (receipt as { channels: { slack: { retrying: number } } }).channels.slack.retrying; // of our own API
  };
  await expect.poll(retrying, WAIT).toBeGreaterThan(0);
  await signedBySlack(
    whole,
    '/slack/events',
    JSON.stringify({
      type: 'event_callback',
      team_id: INSTALLING_TEAM,
      event_id: 'Ev1',
      event_time: Math.floor(Date.now() / 1_000),
      event: { type: 'channel_archive', channel: 'C0BROKEN01' },
    }),
  );
}

/** A request that nobody can read goes to the dead-letter queue. */
async function poisonConfirmations({ stack }: Whole): Promise<void> {
  const client = new SQSClient(clientSettings(stack.endpoints.sqs));
  const QueueUrl = `${stack.endpoints.sqs}/000000000000/IncidentFanout-ConfirmationQueue`;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no request' }));
  client.destroy();
}

const WAIT = { timeout: 15_000, interval: 100 };

function answers({ providers }: Whole, conversation: string): number {
  return providers.messages().filter(({ to }) => to === `${INSTALLING_TEAM}/${conversation}`).length;
}

async function messageTo(
  { providers }: Whole,
  to: string,
  isIt: (message: Message) => boolean = () => true,
): Promise<Message> {
  const find = () => providers.messages().find((message) => message.to === to && isIt(message));
  await expect.poll(find, { ...WAIT, message: `a message to ${to}` }).toBeDefined();
  const found = find();
  if (found === undefined) throw new Error(`Expected a message to ${to}, got none`);
  return found;
}

function linkTo({ stack }: Whole, { text }: Message, path: string): string {
  return new RegExp(`${stack.apiUrl}(/${path}/[\\w.~-]+)`).exec(text)?.[1] ?? '';
}

async function linkIn(whole: Whole, to: string, path: string): Promise<string> {
  return linkTo(whole, await messageTo(whole, to, (message) => linkTo(whole, message, path) !== ''), path);
}

async function get({ stack }: Whole, path: string): Promise<string> {
  const response = await fetch(stack.apiUrl + path);
  const text = await response.text();
  expect(response.status, `GET ${path}`).toBe(200);
  return text;
}

async function post({ stack }: Whole, path: string, body: string): Promise<string> {
  const response = await fetch(stack.apiUrl + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const text = await response.text();
  expect([200, 202, 303], `POST ${path}: ${response.status}`).toContain(response.status);
  return text;
}
