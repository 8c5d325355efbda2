import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SlackMessage } from '../../local/providers/messages.ts';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';
import { slackClient } from './clients.ts';

let providers: Providers;
beforeEach(async () => {
  providers = await startProviders({ teams: ['T0ACME001', 'T0OTHER01'], rates: { slackBurst: 10 } });
});
afterEach(() => providers.stop());

const channel = 'C0STATUS01';
const metadata = (update: string) => ({ event_type: 'incident_update', event_payload: { update } });
const posts = () => providers.messages().filter((each): each is SlackMessage => each.channel === 'slack');
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });

test('a post is recorded under its team, conversation and update', async () => {
  const answer = await slackClient(providers).chat.postMessage({
    channel,
    text: 'Investigating',
    blocks: [section('*Investigating*')],
    metadata: metadata('upd-1'),
    unfurl_links: false,
  });
  expect(answer.ts).toMatch(/^\d{10}\.\d{6}$/);
  expect(providers.accepted('upd-1')).toEqual([
    {
      at: expect.any(String),
      channel: 'slack',
      to: `T0ACME001/${channel}`,
      update: 'upd-1',
      providerId: answer.ts,
    },
  ]);
  expect(posts()[0]?.blocks).toEqual([section('*Investigating*')]);
});

test('root, edit and reply make one thread', async () => {
  const { chat } = slackClient(providers);
  const root = await chat.postMessage({ channel, text: 'Investigating' });
  const ts = String(root.ts);
  await chat.update({ channel, ts, text: 'Resolved' });
  await chat.postMessage({
    channel,
    thread_ts: ts,
    reply_broadcast: true,
    text: 'Fixed',
    metadata: metadata('u'),
  });

  expect(providers.accepted()).toHaveLength(2);
  expect(posts()).toMatchObject([
    { text: 'Resolved', edits: [expect.any(String)] },
    { text: 'Fixed', thread: ts, broadcast: true },
  ]);
});

test('a reply to an unknown root is posted to the conversation, an edit of one is refused', async () => {
  const { chat } = slackClient(providers);
  await chat.postMessage({ channel, thread_ts: '1700000000.000001', text: 'Lost' });
  expect(posts()[0]?.thread).toBeUndefined();
  const edit = chat.update({ channel, ts: '1700000000.000001', text: 'Lost' });
  await expect(edit).rejects.toMatchObject({ data: { error: 'message_not_found' } });
});

test('history finds a post by its metadata and client_msg_id, replies by its thread', async () => {
  const client = slackClient(providers);
  // client_msg_id is undocumented, so the types do not know it.
  const first = { channel, text: 'One', metadata: metadata('u'), client_msg_id: 'd-1' };
  const root = await client.chat.postMessage(first);
  await client.chat.postMessage({ channel, text: 'Two', thread_ts: String(root.ts) });

  const found = await client.conversations.history({ channel, include_all_metadata: true });
  expect(found.messages).toMatchObject([
    { text: 'One', client_msg_id: 'd-1', metadata: { event_payload: { update: 'u' } } },
  ]);
  expect((await client.conversations.history({ channel, oldest: String(root.ts) })).messages).toEqual([]);
  const thread = await client.conversations.replies({ channel, ts: String(root.ts) });
  expect(thread.messages?.map((each) => each.text)).toEqual(['One', 'Two']);
});

const refusals: [string, object, string][] = [
  ['an unknown token', { token: 'xoxb-wrong' }, 'invalid_auth'],
  ['a conversation by name', { channel: '#status' }, 'channel_not_found'],
  ['an archived conversation', { channel: 'C_IS_ARCHIVED' }, 'is_archived'],
  ['an archived conversation with a plausible id', { channel: 'C0ISARCHIVED' }, 'is_archived'],
  ['no text', { text: '' }, 'no_text'],
  ['a header of 151 characters', { blocks: [header(151)] }, 'invalid_blocks'],
  ['a section of 3,001 characters', { blocks: [section('a'.repeat(3001))] }, 'invalid_blocks'],
  [
    'eleven fields',
    { blocks: [{ type: 'section', fields: Array(11).fill(section('a').text) }] },
    'invalid_blocks',
  ],
  ['51 blocks', { blocks: Array(51).fill({ type: 'divider' }) }, 'invalid_blocks'],
  [
    'too much text over all blocks',
    { blocks: Array(5).fill(section('a'.repeat(2900))) },
    'msg_blocks_too_long',
  ],
  ['a block that is not modelled', { blocks: [{ type: 'video' }] }, 'invalid_blocks'],
  ['metadata without a type', { metadata: { event_payload: {} } }, 'invalid_metadata_format'],
  ['an argument that is not modelled', { icon_emoji: ':x:' }, 'invalid_arguments'],
];

test.each(refusals)('%s is refused as a platform error', async (_, change, error) => {
  const call = slackClient(providers).chat.postMessage({ channel, text: 'Hello', ...change });
  const failure: unknown = await call.catch((reason: unknown) => reason);
  expect(failure).toBeInstanceOf(WebAPIPlatformError);
  expect(failure).toMatchObject({ data: { error } });
  expect(providers.accepted()).toEqual([]);
  expect(providers.refused()).toMatchObject([{ channel: 'slack', code: error }]);
});

test('invalid blocks are explained with a pointer', async () => {
  const call = slackClient(providers).chat.postMessage({ channel, text: 'Hello', blocks: [header(151)] });
  await expect(call).rejects.toMatchObject({
    data: {
      response_metadata: { messages: [expect.stringContaining('[json-pointer:/blocks/0/text/text]')] },
    },
  });
});

test('a text past 40,000 characters is cut with a warning', async () => {
  const answer = await slackClient(providers).chat.postMessage({ channel, text: 'a'.repeat(40_001) });
  expect(answer.response_metadata?.warnings).toEqual(['message_truncated']);
  expect(posts()[0]?.text).toHaveLength(40_000);
});

test('a conversation takes a burst and then one message a second; others are not held up', async () => {
  const { chat } = slackClient(providers);
  const calls = await Promise.allSettled(
    Array.from({ length: 12 }, () => chat.postMessage({ channel, text: 'x' })),
  );
  const refused = calls.filter((call) => call.status === 'rejected');
  expect(refused).toHaveLength(2);
  expect(refused[0]?.reason).toBeInstanceOf(WebAPIRateLimitedError);
  expect(refused[0]?.reason).toMatchObject({ retryAfter: 1 });
  await chat.postMessage({ channel: 'C0OTHER001', text: 'x' });
});

test('each team has its token', async () => {
  const token = providers.credentials.slack.tokens['T0OTHER01'];
  expect((await slackClient(providers, token).auth.test()).team_id).toBe('T0OTHER01');
  await slackClient(providers, token).chat.postMessage({ channel, text: 'x' });
  expect(providers.accepted()[0]?.to).toBe(`T0OTHER01/${channel}`);
});

test('active mentions and links are told apart from escaped ones', async () => {
  await slackClient(providers).chat.postMessage({
    channel,
    text: '&lt;!channel&gt; is fine, <!here> rings, <https://acme.com|a link> leads away',
    blocks: [
      section('<@U012AB3CD> and <!subteam^S1>'),
      { type: 'header', text: { type: 'plain_text', text: '<!channel>' } },
    ],
  });
  expect(posts()[0]?.mentions).toEqual(['!here', '@U012AB3CD', '!subteam^S1']);
  expect(posts()[0]?.links).toEqual(['https://acme.com|a link']);
});

test('scripted faults: dropped after acceptance, HTTP 500, rate limit, platform error', async () => {
  const { chat } = slackClient(providers);
  const post = () => chat.postMessage({ channel, text: 'x' }).catch((reason: unknown) => reason);
  providers.script({ channel: 'slack', drop: 'after' });
  providers.script({ channel: 'slack', status: 500 });
  providers.script({ channel: 'slack', status: 429, retryAfterSeconds: 30 });
  providers.script({ channel: 'slack', operation: 'chat.postMessage', to: channel, error: 'token_revoked' });

  expect(await post()).toBeInstanceOf(WebAPIRequestError);
  expect(await post()).toBeInstanceOf(WebAPIHTTPError);
  expect(await post()).toMatchObject({ retryAfter: 30 });
  expect(await post()).toMatchObject({ data: { error: 'token_revoked' } });
  expect(providers.accepted()).toHaveLength(1);
});

test('a method that is not modelled says so', async () => {
  await expect(slackClient(providers).users.list({})).rejects.toMatchObject({
    data: { error: 'unknown_method' },
  });
});

function header(length: number) {
  return { type: 'header' as const, text: { type: 'plain_text' as const, text: 'a'.repeat(length) } };
}
