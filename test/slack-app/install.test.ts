import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealer } from '../../shared/runtime/sealer.ts';
import { readState, writeState } from '../../shared/slack-app/install-state.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { granted, INSTALLATION_KEY, PUBLIC_URL, type SlackWorld, slackWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** Chooses "Add to Slack": the cookie that the browser keeps, and the state that Slack is given. */
async function begin(world: SlackWorld) {
  const answer = await world.app.request(`${PUBLIC_URL}/slack/install?page=${world.pageId}`);
  expect(answer.status).toBe(302);
  const location = new URL(answer.headers.get('location') ?? '');
  const setCookie = answer.headers.get('set-cookie') ?? '';
  const [cookie = ''] = setCookie.split(';');
  return { location, setCookie, cookie, state: location.searchParams.get('state') ?? '' };
}

function come(world: SlackWorld, query: Record<string, string>, cookie = ''): Promise<Response> {
  return Promise.resolve(
    world.app.request(`${PUBLIC_URL}/slack/oauth?${new URLSearchParams(query)}`, {
      headers: cookie ? { cookie } : {},
    }),
  );
}

describe('adding to Slack', () => {
  it('asks Slack for what the app needs, and nothing that reads messages', async () => {
    const world = await slackWorld(tables);
    const { location, setCookie } = await begin(world);
    expect(location.pathname).toBe('/oauth/v2/authorize');
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      client_id: '123.456',
      scope: 'chat:write,chat:write.public,commands,channels:read',
      redirect_uri: `${PUBLIC_URL}/slack/oauth`,
    });
    expect(setCookie).toMatch(
      /^__Host-slack-install=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
    );
  });

  // DynamoDB answers a key of over 2,048 bytes with an error, which would be ours; the engine of the tests takes any.
  it.each(['', 'a#b', '\u0000', '../x', 'x'.repeat(65), 'x'.repeat(3_000)])(
    'of what is no id of a page (%#) asks no table, and says so',
    async (page) => {
      const { app, pagesRead } = await slackWorld(tables);
      const answer = await app.request(`${PUBLIC_URL}/slack/install?${new URLSearchParams({ page })}`);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain('There is no such status page');
      expect(pagesRead).toEqual([]);
    },
  );

  it('stores the installation with its page', async () => {
    const world = await slackWorld(tables);
    const { state, cookie } = await begin(world);
    const answer = await come(world, { state, code: 'good-code' }, cookie);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('/status subscribe');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [exchange] = world.server.seen;
    expect(exchange?.headers.authorization).toBe(`Basic ${btoa('123.456:client-secret')}`);
    expect(exchange?.body).toContain('code=good-code');
    expect(await world.installations.get(world.team)).toMatchObject({
      token: 'xoxb-secret-token',
      pages: [world.pageId],
      botUser: 'U0BOT',
    });
  });

  it('takes a state once, however many come with it', async () => {
    const world = await slackWorld(tables);
    const { state, cookie } = await begin(world);
    const answers = await Promise.all([1, 2, 3].map(() => come(world, { state, code: 'c' }, cookie)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect((await come(world, { state, code: 'c' }, cookie)).status).toBe(400);
    expect(world.server.seen).toHaveLength(1);
  });

  it.each([
    ['no cookie', ''],
    ['the cookie of another browser', '__Host-slack-install=other'],
    ['a cookie of another name', 'slack-install=other'],
  ])('refuses %s, and the state is still good for its owner', async (_, foreign) => {
    const world = await slackWorld(tables);
    const { state, cookie } = await begin(world);
    const refused = await come(world, { state, code: 'c' }, foreign);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('another browser');
    expect(world.server.seen).toHaveLength(0);
    expect((await come(world, { state, code: 'c' }, cookie)).status).toBe(200);
  });

  it('refuses a state after ten minutes', async () => {
    const world = await slackWorld(tables);
    const { state, cookie } = await begin(world);
    world.clock.advance(10 * 60_000);
    const answer = await come(world, { state, code: 'c' }, cookie);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('too long')]);
  });

  it.each([
    ['cancelled in Slack', { error: 'access_denied' }, 'cancelled'],
    ['another error of Slack', { error: 'invalid_scope' }, 'no permission'],
    ['neither code nor error', {}, 'no permission'],
  ])('says so: %s', async (_, query, words) => {
    const world = await slackWorld(tables);
    const { state, cookie } = await begin(world);
    const answer = await come(world, { state, ...query }, cookie);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(words)]);
    expect(await world.installations.get(world.team)).toBeUndefined();
  });

  it.each([
    ['a code that Slack refuses', { body: { ok: false, error: 'invalid_code' } }, 400, 'invalid_code'],
    ['an outage of Slack', { status: 503, body: 'no' }, 502, 'did not answer'],
    ['an answer without a token', { body: { ok: true } }, 502, 'did not answer'],
    ['a token of a user', { body: { ...granted('T1'), token_type: 'user' } }, 502, 'did not answer'],
    ['a lost answer', { fault: 'lost' as const }, 502, 'did not answer'],
    [
      'a whole organisation',
      { body: { ...granted('T1'), team: null, is_enterprise_install: true } },
      400,
      'one workspace',
    ],
  ])('stores nothing after %s', async (_, answered, status, words) => {
    const world = await slackWorld(tables, { slack: { 'oauth.v2.access': () => answered } });
    const { state, cookie } = await begin(world);
    const answer = await come(world, { state, code: 'c' }, cookie);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
    expect(await world.installations.get(world.team)).toBeUndefined();
  });

  it('is refused for a page that is not there', async () => {
    const world = await slackWorld(tables);
    for (const query of ['', '?page=', '?page=nobody', '?page=a%23b']) {
      expect((await world.app.request(`${PUBLIC_URL}/slack/install${query}`)).status).toBe(404);
    }
  });

  it('answers 404 until the operator has filled in the credentials', async () => {
    const world = await slackWorld(tables, { settings: undefined });
    const answers = await Promise.all([
      world.app.request(`${PUBLIC_URL}/slack/install?page=${world.pageId}`),
      come(world, { state: 'x', code: 'c' }),
      ...['commands', 'interactions', 'events'].map((path) => world.post(`/slack/${path}`, '')),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not-set-up' });
    }
  });
});

describe('a state', () => {
  it('that was changed anywhere is nobody’s', () => {
    const state = { page: 'batch', nonce: 'n'.repeat(22), expiresAt: 2_000 };
    const text = writeState('key', state, 'cookie');
    expect(readState('key', text, 'cookie', 1_000)).toEqual(state);
    for (let at = 0; at < text.length; at++) {
      for (const bit of [1, 2, 4]) {
        const mutant =
          text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ bit) + text.slice(at + 1);
        expect(readState('key', mutant, 'cookie', 1_000)).toHaveProperty('fault');
      }
    }
    expect(readState('other', text, 'cookie', 1_000)).toEqual({ fault: 'forged' });
    expect(readState('key', `${text}.more`, 'cookie', 1_000)).toEqual({ fault: 'forged' });
  });
});

describe('an installation at rest', () => {
  const rowOf = async (world: SlackWorld) =>
    (
      await tables.client.send(
        new GetCommand({
          TableName: tables.names.incidents,
          Key: { pk: `slack#${world.team}`, sk: `installation#|${world.team}` },
        }),
      )
    ).Item;

  it('holds nothing of the token, and opens with the right key only', async () => {
    const world = await slackWorld(tables);
    await world.install('xoxb-0123456789-canary');
    const row = JSON.stringify(await rowOf(world));
    for (const part of ['xoxb', '0123456789', 'canary']) {
      expect(row).not.toContain(part);
      expect(row).not.toContain(Buffer.from(part).toString('base64url').slice(0, -1));
    }
    expect(row).not.toContain(INSTALLATION_KEY);
  });

  it('is sealed anew each time, bound to its workspace and to every bit', async () => {
    const newId = (await slackWorld(tables)).clock.newId;
    const sealer = createSealer([INSTALLATION_KEY], newId);
    const [a, b] = [sealer.seal('token', 'T1'), sealer.seal('token', 'T1')];
    expect(a.text).not.toBe(b.text);
    expect(sealer.open(a, 'T1')).toBe('token');
    expect(sealer.open(a, 'T2')).toBeUndefined();
    expect(sealer.open({ ...a, iv: b.iv }, 'T1')).toBeUndefined();
    expect(sealer.open({ ...a, tag: b.tag }, 'T1')).toBeUndefined();
    expect(sealer.open({ ...a, tag: a.tag.slice(0, 6) }, 'T1')).toBeUndefined();
    expect(createSealer(['another'], newId).open(a, 'T1')).toBeUndefined();
    expect(createSealer(['another', INSTALLATION_KEY], newId).open(a, 'T1')).toBe('token');
  });

  it('remembers every page that it was installed for, whoever installs at once', async () => {
    const world = await slackWorld(tables);
    const grant = { team: world.team, teamName: '', botUser: 'U1', scopes: '', token: 'xoxb-1' };
    await Promise.all(
      ['a', 'b', 'c'].map((page) => world.installations.save(grant, page, world.clock.now())),
    );
    expect((await world.installations.get(world.team))?.pages.toSorted()).toEqual(['a', 'b', 'c']);
  });
});
