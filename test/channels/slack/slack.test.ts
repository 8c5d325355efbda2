import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Announcement } from '../../../shared/channels/channel.ts';
import { createSlackSender } from '../../../shared/channels/slack/create-slack-sender.ts';
import { renderReply, renderRoot, type SlackMessage } from '../../../shared/channels/slack/render.ts';
import type { ThreadRoot } from '../../../shared/channels/slack/thread-roots.ts';
import { createSlackClients } from '../../../shared/channels/slack/web-clients.ts';
import type { Impact } from '../../../shared/domain/status.ts';
import { delivery } from '../deliveries.ts';
import { hostileAnnouncement } from '../hostile.ts';
import { type Answer, httpServer, type Seen } from '../http-server.ts';
import { seedAnnouncement } from '../seed.ts';
import { memoryWaits } from './memory-waits.ts';

const CHANNEL = 'C0001';
const tokenOf = async (team: string) => (team === 'T1' ? 'xoxb-1' : undefined);
const to = delivery<'slack'>({ channel: 'slack', team: 'T1', conversation: CHANNEL });
const { h } = to.recipient;

/** Roots as the store keeps them, without the store. */
function memoryRoots(known?: ThreadRoot) {
  const roots = new Map(known === undefined ? [] : [[h, known]]);
  return {
    roots,
    read: async () => new Map(roots),
    write: async (_page: string, _incident: string, key: string, root: ThreadRoot, lost?: ThreadRoot) => {
      if (!roots.has(key) || roots.get(key)?.ts === lost?.ts) roots.set(key, root);
    },
  };
}

const methodOf = ({ path }: Seen) => path.slice('/api/'.length);
const form = ({ body }: Seen) => Object.fromEntries(new URLSearchParams(body));
const fails = (error: string): Answer => ({ body: { ok: false, error } });
const posted = (ts: string, thread_ts?: string): Answer => ({
  body: { ok: true, channel: CHANNEL, ts, message: { ts, ...(thread_ts && { thread_ts }) } },
});

async function slack(answers: Readonly<Record<string, Answer | Answer[]>>, known?: ThreadRoot) {
  const left = new Map(Object.entries(answers).map(([method, answer]) => [method, [answer].flat()]));
  const server = await httpServer((seen) => {
    const queue = left.get(methodOf(seen)) ?? [];
    return (queue.length > 1 ? queue.shift() : queue[0]) ?? fails('unknown_method');
  });
  const memory = memoryRoots(known);
  const sender = createSlackSender({
    client: createSlackClients({ tokenOf, slackUrl: `${server.url}/api` }),
    roots: memory,
    waits: memoryWaits(() => 0),
    now: () => 0,
  });
  const send = (announcement: Announcement, attempt = 1) => sender.send(announcement, [{ ...to, attempt }]);
  return { server, sender, send, roots: memory.roots, methods: () => server.seen.map(methodOf) };
}

describe('the first update', () => {
  test('is the root of a thread, and can be found again', async () => {
    const { send, server, roots } = await slack({ 'chat.postMessage': posted('1.1') });
    expect(await send(seedAnnouncement(1))).toEqual([{ kind: 'sent', providerId: '1.1' }]);
    expect(roots.get(h)).toEqual({ ts: '1.1' });
    expect(server.seen).toHaveLength(1);
    const [seen] = server.seen;
    expect(seen?.headers).toMatchObject({ authorization: 'Bearer xoxb-1', connection: 'close' });
    const sent = seen && form(seen);
    expect(sent).toMatchObject({
      channel: CHANNEL,
      unfurl_links: 'false',
      unfurl_media: 'false',
      parse: 'none',
    });
    expect(sent?.['client_msg_id']).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    expect(JSON.parse(sent?.['metadata'] ?? '')).toEqual({
      event_type: 'incident_update',
      event_payload: { page: 'batch', incident: 'inc-fe24dd09', update: 'upd-1', delivery: to.id },
    });
  });

  test('is told even if its root cannot be kept', async () => {
    const { server } = await slack({ 'chat.postMessage': posted('1.1') });
    const sender = createSlackSender({
      client: createSlackClients({ tokenOf, slackUrl: `${server.url}/api/` }),
      roots: {
        read: async () => new Map(),
        write: async () => {
          throw new Error('no table');
        },
      },
      waits: memoryWaits(() => 0),
      now: () => 0,
    });
    expect(await sender.send(seedAnnouncement(1), [to])).toEqual([{ kind: 'sent', providerId: '1.1' }]);
  });
});

describe('a later update', () => {
  const root = { ts: '1.1' };
  const edited: Answer = { body: { ok: true, ts: '1.1' } };

  test.each([
    [2, 'false'],
    [3, 'false'],
    [5, 'true'],
    [6, 'false'],
  ])('number %i edits the root and replies; shown in the channel: %s', async (n, broadcast) => {
    const { send, server, methods } = await slack(
      { 'chat.update': edited, 'chat.postMessage': posted('1.2', '1.1') },
      root,
    );
    expect(await send(seedAnnouncement(n))).toEqual([{ kind: 'sent', providerId: '1.2' }]);
    expect(methods()).toEqual(['chat.update', 'chat.postMessage']);
    const [edit, reply] = server.seen.map(form);
    expect(edit).toMatchObject({ channel: CHANNEL, ts: '1.1' });
    expect(JSON.parse(edit?.['blocks'] ?? '')).toEqual(renderRoot(seedAnnouncement(n)).blocks);
    expect(reply).toMatchObject({ thread_ts: '1.1', reply_broadcast: broadcast });
  });

  test('posts a new root when the old one is gone', async () => {
    const { send, methods, roots } = await slack(
      { 'chat.update': fails('message_not_found'), 'chat.postMessage': posted('2.1') },
      root,
    );
    expect(await send(seedAnnouncement(2))).toEqual([{ kind: 'sent', providerId: '2.1' }]);
    expect(methods()).toEqual(['chat.update', 'chat.postMessage']);
    expect(roots.get(h)).toEqual({ ts: '2.1' });
  });

  test('posts a new root when the thread takes no reply', async () => {
    const { send, roots } = await slack(
      { 'chat.update': edited, 'chat.postMessage': [fails('thread_not_found'), posted('2.1')] },
      root,
    );
    expect(await send(seedAnnouncement(2))).toEqual([{ kind: 'sent', providerId: '2.1' }]);
    expect(roots.get(h)).toEqual({ ts: '2.1' });
  });

  test('only replies when the root can no longer be edited', async () => {
    const { send, methods, roots } = await slack(
      { 'chat.update': fails('edit_window_closed'), 'chat.postMessage': posted('1.2', '1.1') },
      root,
    );
    expect(await send(seedAnnouncement(2))).toMatchObject([{ kind: 'sent' }]);
    expect(methods()).toEqual(['chat.update', 'chat.postMessage']);
    expect(roots.get(h)).toEqual(root);
  });

  test('whose reply landed outside of the thread is the new root', async () => {
    const { send, roots } = await slack({ 'chat.update': edited, 'chat.postMessage': posted('3.1') }, root);
    expect(await send(seedAnnouncement(2))).toMatchObject([{ kind: 'sent' }]);
    expect(roots.get(h)).toEqual({ ts: '3.1' });
  });

  test.each([1, 2])('is not told while the root cannot be edited: attempt %i', async (attempt) => {
    const { send, methods } = await slack({ 'chat.update': { fault: 'lost' } }, root);
    expect(await send(seedAnnouncement(2), attempt)).toEqual([{ kind: 'retry', cause: 'slack.ECONNRESET' }]);
    expect(methods()).toEqual(['chat.update']);
  });

  test('is told at the third attempt, root or no root, and the edit is tried once more', async () => {
    const { send, methods, roots } = await slack(
      { 'chat.update': [fails('update_failed'), edited], 'chat.postMessage': posted('1.2', '1.1') },
      root,
    );
    expect(await send(seedAnnouncement(2), 3)).toEqual([{ kind: 'sent', providerId: '1.2' }]);
    expect(methods()).toEqual(['chat.update', 'chat.postMessage', 'chat.update']);
    expect(roots.get(h)).toEqual(root);
  });

  test('mends a root that an earlier update could not edit', async () => {
    const { send, server } = await slack(
      {
        'chat.update': [fails('update_failed'), fails('update_failed'), edited],
        'chat.postMessage': posted('1.2', '1.1'),
      },
      root,
    );
    await send(seedAnnouncement(3), 3);
    await send(seedAnnouncement(5));
    const edits = server.seen.filter((seen) => methodOf(seen) === 'chat.update').map(form);
    expect(JSON.parse(edits.at(-1)?.['blocks'] ?? '')).toEqual(renderRoot(seedAnnouncement(5)).blocks);
  });

  test('shows the root as plain text where Slack finds fault with its blocks', async () => {
    const { send, server } = await slack(
      { 'chat.update': [fails('invalid_blocks'), edited], 'chat.postMessage': posted('1.2', '1.1') },
      root,
    );
    expect(await send(seedAnnouncement(2))).toMatchObject([{ kind: 'sent' }]);
    expect(server.seen.map(form).map(({ blocks }) => blocks === '[]')).toEqual([false, true, false]);
  });

  test.each<[string, Impact[], Impact, string]>([
    ['worse than ever', ['minor'], 'critical', 'true'],
    ['as bad as before', ['critical'], 'critical', 'false'],
    ['worse than the last, not than the worst', ['critical', 'minor'], 'major', 'false'],
    ['better', ['major'], 'minor', 'false'],
  ])('that is %s is shown in the channel: impacts %j, now %s', async (_, before, impact, broadcast) => {
    const { send, server } = await slack(
      { 'chat.update': edited, 'chat.postMessage': posted('1.2', '1.1') },
      root,
    );
    const { page, incident, update } = seedAnnouncement(2);
    await send({
      page,
      incident: { ...incident, impacts: [...before, impact] },
      update: { ...update, sequence: before.length + 1, incident: { ...update.incident, impact } },
    });
    expect(server.seen.map(form)[1]).toMatchObject({ reply_broadcast: broadcast });
  });
});

describe('what Slack refuses', () => {
  test.each<[string, Answer, object]>([
    ['the response is lost', { fault: 'lost' }, { kind: 'inDoubt', cause: 'slack.ECONNRESET' }],
    ['Slack has trouble', { status: 500, body: 'x' }, { kind: 'inDoubt' }],
    ['the answer is no JSON', { body: '<html>' }, { kind: 'inDoubt' }],
    [
      'Slack throttles',
      { status: 429, headers: { 'retry-after': '3' } },
      { kind: 'backoff', scope: 'endpoint', afterMs: 3_000 },
    ],
    [
      'Slack throttles without a time',
      { status: 429 },
      { kind: 'backoff', scope: 'endpoint', afterMs: 30_000 },
    ],
    ['the channel is gone', fails('is_archived'), { kind: 'quarantine', scope: 'endpoint' }],
    ['the token is gone', fails('token_revoked'), { kind: 'backoff', scope: 'installation' }],
  ])('makes exactly one request when %s', async (_, answer, outcome) => {
    const { send, methods } = await slack({ 'chat.postMessage': answer });
    expect(await send(seedAnnouncement(1))).toMatchObject([outcome]);
    expect(methods()).toEqual(['chat.postMessage']);
  });

  test('as blocks is posted as text', async () => {
    const { send, server } = await slack({ 'chat.postMessage': [fails('invalid_blocks'), posted('1.1')] });
    expect(await send(seedAnnouncement(1))).toEqual([{ kind: 'sent', providerId: '1.1' }]);
    expect(server.seen.map((seen) => 'blocks' in form(seen))).toEqual([true, false]);
  });

  test('as metadata is posted without it', async () => {
    const { send, server } = await slack({
      'chat.postMessage': [fails('invalid_metadata_format'), posted('1.1')],
    });
    expect(await send(seedAnnouncement(1))).toEqual([{ kind: 'sent', providerId: '1.1' }]);
    expect(server.seen.map((seen) => 'metadata' in form(seen))).toEqual([true, false]);
  });

  test.each(['not_in_channel', 'channel_not_found'])('%s counts against the channel', async (word) => {
    const { send } = await slack({ 'chat.postMessage': fails(word) });
    expect(await send(seedAnnouncement(1))).toMatchObject([
      { kind: 'retry', strike: 'slack.unreachable', afterMs: 15 * 60_000 },
    ]);
  });

  test('a workspace without a token waits, and nobody is called', async () => {
    const { sender, server } = await slack({});
    const elsewhere = delivery<'slack'>({ channel: 'slack', team: 'T2', conversation: CHANNEL });
    expect(await sender.send(seedAnnouncement(1), [elsewhere])).toMatchObject([
      { kind: 'backoff', cause: 'slack.no_token', scope: 'installation' },
    ]);
    expect(server.seen).toHaveLength(0);
  });
});

describe('asking', () => {
  const message = (ts: string, deliveryId: string, thread_ts?: string) => ({
    ts,
    ...(thread_ts && { thread_ts }),
    metadata: { event_type: 'incident_update', event_payload: { delivery: deliveryId } },
  });
  const page = (...messages: object[]): Answer => ({ body: { ok: true, messages, has_more: false } });
  const since = 1_634_117_345_000;

  test('finds a root that was posted, and keeps it', async () => {
    const { sender, roots, server } = await slack({
      'conversations.history': page(message('8.1', 'another'), message('9.1', to.id)),
    });
    expect(await sender.ask?.(seedAnnouncement(1), to, since)).toEqual({ kind: 'told', providerId: '9.1' });
    expect(roots.get(h)).toEqual({ ts: '9.1' });
    expect(server.seen.map(form)[0]).toMatchObject({ oldest: '1634117285', include_all_metadata: 'true' });
  });

  test('leaves the thread alone that a newer update has begun meanwhile', async () => {
    const { sender, roots } = await slack(
      { 'conversations.history': page(message('1634117400.000900', to.id)) },
      { ts: '1634117400.001000' },
    );
    await sender.ask?.(seedAnnouncement(1), to, since);
    expect(roots.get(h)).toEqual({ ts: '1634117400.001000' });
  });

  test('finds a reply in the thread', async () => {
    const { sender, roots } = await slack(
      { 'conversations.history': page(), 'conversations.replies': page(message('1.5', to.id, '1.1')) },
      { ts: '1.1' },
    );
    expect(await sender.ask?.(seedAnnouncement(2), to, since)).toEqual({ kind: 'told', providerId: '1.5' });
    expect(roots.get(h)).toEqual({ ts: '1.1' });
  });

  test.each<[string, Answer, string]>([
    ['it is not there', page(), 'notTold'],
    ['Slack will never let us look', fails('missing_scope'), 'notTold'],
    ['we are not in the channel', fails('not_in_channel'), 'notTold'],
    ['Slack will not let us look now', { status: 429, headers: { 'retry-after': '60' } }, 'unknown'],
    ['Slack has trouble', fails('internal_error'), 'unknown'],
    ['Slack does not answer', { fault: 'lost' }, 'unknown'],
  ])('when %s', async (_, answer, kind) => {
    const { sender } = await slack({ 'conversations.history': answer });
    expect(await sender.ask?.(seedAnnouncement(1), to, since)).toEqual({ kind });
  });
});

test('the probe asks who we are, once somebody was told', async () => {
  const { sender, send, methods } = await slack({
    'chat.postMessage': posted('1.1'),
    'auth.test': { status: 500 },
  });
  expect(await sender.probe()).toBe(true);
  await send(seedAnnouncement(1));
  expect(await sender.probe()).toBe(false);
  expect(methods()).toEqual(['chat.postMessage', 'auth.test']);
});

describe('a message', () => {
  const mrkdwnOf = ({ text, blocks }: SlackMessage) => [
    text,
    ...blocks.flatMap((block) =>
      block.type === 'context'
        ? block.elements.map((one) => one.text)
        : block.type === 'section'
          ? [block.text.text]
          : [],
    ),
  ];

  test("keeps to Slack's limits and brings nothing active but our links, whatever is written", () => {
    fc.assert(
      fc.property(hostileAnnouncement, (announcement) => {
        for (const message of [renderRoot(announcement), renderReply(announcement)]) {
          expect(message.blocks.length).toBeLessThanOrEqual(50);
          expect(message.text.length).toBeLessThan(4_000);
          const texts = mrkdwnOf(message);
          for (const text of texts) {
            expect(text.length).toBeGreaterThan(0);
            expect(text.length).toBeLessThanOrEqual(3_000);
            for (const [, token = ''] of text.matchAll(/<([^<>]*)>?/g)) {
              expect(token).toMatch(/^(https?:\/\/|mailto:)[^|]+\|[^|]+$/);
            }
            expect(text.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
          }
          expect(texts.join('').length).toBeLessThan(13_200);
          const [header] = message.blocks;
          if (header?.type === 'header') expect(header.text.text.length).toBeLessThanOrEqual(150);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('cuts a long body and says where to read on', () => {
    const seed = seedAnnouncement(6);
    const long = { ...seed, update: { ...seed.update, body: '<& '.repeat(5_000) } };
    const texts = mrkdwnOf(renderRoot(long)).filter((text) => text.includes('Read more'));
    expect(texts).toHaveLength(1);
    expect(texts[0]?.length).toBeLessThanOrEqual(3_000);
    expect(texts[0]).not.toMatch(/&(?!amp;|lt;|gt;)/);
  });

  test('shows what is newest as components only with the newest update', () => {
    const [second, sixth] = [seedAnnouncement(2), seedAnnouncement(6)];
    const late = { ...second, incident: sixth.incident };
    expect(JSON.stringify(renderRoot(late))).toContain('Major outage');
    expect(JSON.stringify(renderRoot(late))).not.toContain('Operational');
  });
});
