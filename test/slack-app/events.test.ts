import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { handle, type LambdaContext } from 'hono/aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { CHANNEL, PUBLIC_URL, type SlackWorld, sign, slackWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

async function subscribed(): Promise<SlackWorld> {
  const world = await slackWorld(tables);
  await world.install();
  await world.command('subscribe all');
  await world.work();
  world.clock.advance(60_000);
  return world;
}

const revoked = { type: 'tokens_revoked', tokens: { oauth: [], bot: ['U0BOT'] } };
const uninstalled = { type: 'app_uninstalled' };

describe('an installation', () => {
  it.each([
    ['tokens_revoked, app_uninstalled', [revoked, uninstalled]],
    ['app_uninstalled, tokens_revoked', [uninstalled, revoked]],
    ['app_uninstalled alone', [uninstalled]],
  ])('is broken by %s; its channels are kept, and a new one revives them', async (_, events) => {
    const world = await subscribed();
    for (const event of events) expect((await world.event(event)).status).toBe(200);
    const broken = await world.installations.get(world.team);
    expect(broken).toMatchObject({ pages: [world.pageId], broken: { at: world.clock.now() } });
    expect(broken).not.toHaveProperty('token');
    expect(await world.row()).toMatchObject({ state: 'active', scope: { kind: 'page' } });

    const seconds = Math.floor(world.clock.now() / 1_000);
    world.clock.advance(60_000);
    await world.install('xoxb-new');
    // Slack repeats itself, and what is late is under another id.
    for (const event of events) await world.event(event, { time: seconds });
    const revived = await world.installations.get(world.team);
    expect(revived).toMatchObject({ token: 'xoxb-new', pages: [world.pageId] });
    expect(revived).not.toHaveProperty('broken');
    expect(await world.row()).toMatchObject({ state: 'active' });
  });

  it('outlives the tokens of people', async () => {
    const world = await subscribed();
    await world.event({ type: 'tokens_revoked', tokens: { oauth: ['U1'] } });
    await world.event({ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } });
    expect(await world.installations.get(world.team)).toHaveProperty('token');
  });
});

describe('a channel', () => {
  it.each([
    'channel_archive',
    'channel_deleted',
    'channel_left',
    'group_archive',
    'group_deleted',
    'group_left',
  ])('is quarantined by %s', async (type) => {
    const world = await subscribed();
    await world.event({ type, channel: CHANNEL, user: 'U1' });
    expect(await world.row()).toMatchObject({
      state: 'quarantined',
      quarantine: { cause: `slack.${type}` },
    });
    await world.event({ type, channel: 'C9999' });
  });

  it('that is lost is told of to whoever installed the app, once', async () => {
    const world = await subscribed();
    const before = world.posts().length;
    await world.event({ type: 'channel_archive', channel: CHANNEL, user: 'U2' });
    await world.event({ type: 'channel_left', channel: CHANNEL });
    expect(await world.work()).toEqual([]);
    const told = world.posts().slice(before);
    expect(told).toHaveLength(1);
    const form = new URLSearchParams(told[0]?.body);
    expect(form.get('channel')).toBe('U1');
    expect(form.get('text')).toBe(
      `<#${CHANNEL}> gets no more updates of *Batch &amp; Co*: the channel is archived. If it is needed again, unarchive it and type \`/status subscribe\` there.`,
    );
    expect(world.log.at(-1)).toMatchObject({ event: 'slack.work', work: 'lost', result: 'toldInstaller' });
  });

  it('whose news comes after it is back is not told of', async () => {
    const world = await subscribed();
    const before = world.posts().length;
    await world.event({ type: 'channel_archive', channel: CHANNEL });
    await world.event({ type: 'channel_unarchive', channel: CHANNEL });
    await world.work();
    expect(world.posts()).toHaveLength(before);
    expect(world.log.at(-1)).toMatchObject({ work: 'lost', result: 'backAlready' });
  });

  const bot = 'U0BOT';
  it.each([
    ['unarchived', { type: 'channel_archive' }, { type: 'channel_unarchive' }],
    ['unarchived, if private', { type: 'group_archive' }, { type: 'group_unarchive' }],
    ['invited back', { type: 'channel_left' }, { type: 'member_joined_channel', user: bot }],
    [
      'invited back by name',
      { type: 'member_left_channel', user: bot },
      { type: 'member_joined_channel', user: bot },
    ],
  ])('is revived when it is %s', async (_, end, comeback) => {
    const world = await subscribed();
    await world.event({ ...end, channel: CHANNEL });
    expect(await world.row()).toMatchObject({ state: 'quarantined' });
    world.clock.advance(60_000);
    await world.event({ ...comeback, channel: CHANNEL });
    const row = await world.row();
    expect(row).toMatchObject({ state: 'active', scope: { kind: 'page' } });
    expect(row).not.toHaveProperty('quarantine');
  });

  it.each([
    ['somebody else leaves', [{ type: 'member_left_channel', user: 'U7' }], 'active'],
    [
      'somebody else comes',
      [{ type: 'channel_left' }, { type: 'member_joined_channel', user: 'U7' }],
      'quarantined',
    ],
    [
      'it is invited into what is archived',
      [{ type: 'channel_archive' }, { type: 'member_joined_channel', user: bot }],
      'quarantined',
    ],
    [
      'it is unarchived, and was deleted',
      [{ type: 'channel_deleted' }, { type: 'channel_unarchive' }],
      'quarantined',
    ],
  ])('stays as it is when %s', async (_, events, state) => {
    const world = await subscribed();
    for (const event of events) await world.event({ ...event, channel: CHANNEL });
    expect(await world.row()).toMatchObject({ state });
  });

  it('that was archived again is not revived by late news', async () => {
    const world = await subscribed();
    const earlier = Math.floor(world.clock.now() / 1_000);
    world.clock.advance(60_000);
    await world.event({ type: 'channel_archive', channel: CHANNEL });
    await world.event({ type: 'channel_unarchive', channel: CHANNEL }, { time: earlier });
    expect(await world.row()).toMatchObject({ state: 'quarantined' });
  });

  const pairs = [
    ['archived', { type: 'channel_archive' }, { type: 'channel_unarchive' }],
    ['removed', { type: 'channel_left' }, { type: 'member_joined_channel', user: bot }],
    [
      'removed by name',
      { type: 'member_left_channel', user: bot },
      { type: 'member_joined_channel', user: bot },
    ],
  ] as const;

  it.each(pairs)('is not %s by news that come after the end of it', async (_, end, comeback) => {
    const world = await subscribed();
    const earlier = Math.floor(world.clock.now() / 1_000);
    world.clock.advance(60_000);
    await world.event({ ...comeback, channel: CHANNEL });
    await world.event({ ...end, channel: CHANNEL }, { time: earlier });
    expect(world.log.at(-1)).toMatchObject({ kind: end.type, result: 'late' });
    expect(await world.row()).toMatchObject({ state: 'active' });
    // What happens after that counts.
    world.clock.advance(60_000);
    await world.event({ ...end, channel: CHANNEL });
    expect(await world.row()).toMatchObject({ state: 'quarantined' });
  });

  it.each(pairs)(
    'that is %s for the second time is not revived by the end of the first',
    async (_, end, comeback) => {
      const world = await subscribed();
      await world.event({ ...end, channel: CHANNEL });
      world.clock.advance(60_000);
      const between = Math.floor(world.clock.now() / 1_000);
      world.clock.advance(60_000);
      await world.event({ ...end, channel: CHANNEL });
      await world.event({ ...comeback, channel: CHANNEL }, { time: between });
      expect(await world.row()).toMatchObject({ state: 'quarantined' });
    },
  );

  it('of people comes and goes without a look at our tables, where Slack says on whose behalf it tells', async () => {
    const world = await subscribed();
    const joined = { type: 'member_joined_channel', user: 'U7', channel: CHANNEL };
    const answer = await world.event(joined, { authorizations: [{ user_id: bot }] });
    expect(answer.status).toBe(200);
    expect(world.log.at(-1)).toMatchObject({ kind: 'member_joined_channel', result: 'not ours' });
  });

  it('that has subscribed since is not', async () => {
    const world = await subscribed();
    const earlier = Math.floor(world.clock.now() / 1_000) - 3_600;
    await world.event({ type: 'channel_archive', channel: CHANNEL }, { time: earlier });
    expect(await world.row()).toMatchObject({ state: 'active' });
  });

  it('is touched once by an event that Slack repeats', async () => {
    const world = await subscribed();
    const time = Math.floor(world.clock.now() / 1_000);
    await world.event({ type: 'channel_archive', channel: CHANNEL }, { id: 'Ev0001', time });
    await world.command('subscribe all');
    await world.work();
    await world.event({ type: 'channel_archive', channel: CHANNEL }, { id: 'Ev0001', time });
    expect(await world.row()).toMatchObject({ state: 'active' });
  });
});

describe('requests', () => {
  it('answer the challenge', async () => {
    const world = await slackWorld(tables);
    const answer = await world.post('/slack/events', '{"type":"url_verification","challenge":"abc"}');
    expect([answer.status, await answer.text()]).toEqual([200, 'abc']);
  });

  it('answer the check of the certificate', async () => {
    const world = await slackWorld(tables);
    const unsigned = { 'x-slack-signature': '' };
    const answer = await world.post('/slack/commands', 'ssl_check=1&token=x', unsigned);
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it.each(['commands', 'interactions', 'events'])(
    'without a good signature are refused: %s',
    async (path) => {
      const world = await subscribed();
      const old = String(Math.floor(world.clock.now() / 1_000) - 301);
      const body = JSON.stringify({ type: 'event_callback', team_id: world.team, event: uninstalled });
      for (const headers of [
        { 'x-slack-signature': '' },
        { 'x-slack-signature': sign(body, '1', 'another') },
        { 'x-slack-request-timestamp': old, 'x-slack-signature': sign(body, old) },
      ]) {
        const answer = await world.post(`/slack/${path}`, body, headers);
        expect(answer.status).toBe(403);
        expect(await answer.json()).toMatchObject({ code: 'unknown-source' });
      }
      expect(await world.installations.get(world.team)).toHaveProperty('token');
    },
  );

  it('with bodies of any kind are never a 500', async () => {
    const world = await slackWorld(tables);
    for (const body of ['', 'null', '[]', '{', '{"type":"event_callback"}', '{"type":"x"}', '\ufffd']) {
      expect((await world.post('/slack/events', body)).status).toBe(200);
    }
    expect((await world.post('/slack/commands', 'team_id=T1%23x&channel_id=C1')).status).toBe(400);
    expect((await world.post('/slack/commands', 'x'.repeat(70_000))).status).toBe(413);
  });

  it('are checked on their raw bytes: text outside of ASCII, through the base64 of the gateway', async () => {
    const world = await subscribed();
    const form = new URLSearchParams({
      team_id: world.team,
      channel_id: CHANNEL,
      text: 'subscribe Café ☕ 日本',
    });
    // As some clients send it: not percent-encoded, so the bytes are UTF-8.
    const raw = Buffer.from(`${form}&raw=é☕日本`, 'utf8');
    const timestamp = String(Math.floor(world.clock.now() / 1_000));
    const answer = await gateway(world, raw, timestamp, sign(raw, timestamp));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('Café ☕ 日本');
    const forged = await gateway(world, raw, timestamp, sign(raw.toString('latin1'), timestamp));
    expect(forged.statusCode).toBe(403);
  });
});

async function gateway(world: SlackWorld, raw: Buffer, timestamp: string, signature: string) {
  const event: APIGatewayProxyEventV2 = {
    version: '2.0',
    routeKey: 'POST /slack/commands',
    rawPath: '/slack/commands',
    rawQueryString: '',
    headers: {
      host: new URL(PUBLIC_URL).host,
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    },
    requestContext: {
      accountId: '1',
      apiId: 'api',
      domainName: new URL(PUBLIC_URL).host,
      domainPrefix: 'fanout',
      http: { method: 'POST', path: '/slack/commands', protocol: 'HTTP/1.1', sourceIp: '::1', userAgent: '' },
      requestId: '1',
      routeKey: 'POST /slack/commands',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    body: raw.toString('base64'),
    isBase64Encoded: true,
  };
  // The adapter reads what API Gateway sends; its own type asks for every optional member.
  const answer = await handle(world.app)(event as never, {} as LambdaContext);
  return answer as { statusCode: number; body: string };
}
