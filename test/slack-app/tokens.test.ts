import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlackSender } from '../../shared/channels/slack/create-slack-sender.ts';
import { createTokenLookup } from '../../shared/channels/slack/token-lookup.ts';
import { createSlackClients } from '../../shared/channels/slack/web-clients.ts';
import { delivery } from '../channels/deliveries.ts';
import { seedAnnouncement } from '../channels/seed.ts';
import { memoryWaits } from '../channels/slack/memory-waits.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { CHANNEL, type SlackWorld, slackWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** A sender as the function composes it, on the installations of a world. */
function senderOf(world: SlackWorld, tokens: Readonly<Record<string, string>> = {}) {
  let looks = 0;
  const { get, markBroken } = world.installations;
  const lookup = createTokenLookup({
    installations: {
      get: (team) => {
        looks++;
        return get(team);
      },
      markBroken,
    },
    tokens,
    now: world.clock.now,
  });
  const sender = createSlackSender({
    client: createSlackClients({ tokenOf: lookup.tokenOf, slackUrl: `${world.server.url}/api/` }),
    refused: lookup.refused,
    roots: { read: async () => new Map(), write: async () => {} },
    waits: memoryWaits(world.clock.now),
    now: world.clock.now,
  });
  const to = (team: string, conversation = CHANNEL) =>
    delivery<'slack'>({ channel: 'slack', team, conversation });
  return {
    lookup,
    looks: () => looks,
    send: (...teams: string[]) =>
      sender.send(
        seedAnnouncement(1),
        teams.map((team) => to(team)),
      ),
  };
}

const paused = { kind: 'backoff', scope: 'installation', afterMs: 15 * 60_000 };

describe('the sender', () => {
  it("uses the installation's token before the operator's, and looks once a minute", async () => {
    const world = await slackWorld(tables);
    await world.install('xoxb-installed');
    const { send, looks } = senderOf(world, { [world.team]: 'xoxb-operator' });
    expect(await send(world.team, world.team)).toMatchObject([{ kind: 'sent' }, { kind: 'sent' }]);
    world.clock.advance(59_000);
    await send(world.team);
    expect(looks()).toBe(1);
    world.clock.advance(1_000);
    await send(world.team);
    expect(looks()).toBe(2);
    expect(new Set(world.posts().map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer xoxb-installed']),
    );
  });

  it("uses the operator's where nothing is installed", async () => {
    const world = await slackWorld(tables);
    const { send, lookup } = senderOf(world, { [world.team]: 'xoxb-operator' });
    expect(await send(world.team)).toMatchObject([{ kind: 'sent' }]);
    expect(await lookup.tokenOf('toString')).toBeUndefined();
  });

  it('pauses a workspace whose installation is broken, and nobody else; a new one revives it', async () => {
    const [world, other] = [await slackWorld(tables), await slackWorld(tables)];
    await world.install();
    await other.install();
    await world.event({ type: 'app_uninstalled' }, { time: Math.ceil(world.clock.now() / 1_000) });
    const { send } = senderOf(world);
    expect(await send(world.team, other.team)).toMatchObject([
      { ...paused, cause: 'slack.no_token' },
      { kind: 'sent' },
    ]);
    await world.install('xoxb-new');
    world.clock.advance(60_000);
    expect(await send(world.team)).toMatchObject([{ kind: 'sent' }]);
  });

  it('finds out by itself that a token was revoked: pauses, marks the installation, quarantines nobody', async () => {
    const world = await slackWorld(tables, {
      slack: { 'chat.postMessage': () => ({ body: { ok: false, error: 'token_revoked' } }) },
    });
    await world.install();
    const { send } = senderOf(world);
    expect(await send(world.team)).toMatchObject([{ ...paused, cause: 'slack.token_revoked' }]);
    expect(await world.installations.get(world.team)).toMatchObject({
      broken: { cause: 'slack.token_revoked' },
    });
    expect(await send(world.team)).toMatchObject([{ ...paused, cause: 'slack.no_token' }]);
    expect(world.posts()).toHaveLength(1);
  });

  it('leaves an installation alone that is newer than the token it tried', async () => {
    const world = await slackWorld(tables);
    await world.install('xoxb-old');
    const { lookup } = senderOf(world);
    expect(await lookup.tokenOf(world.team)).toBe('xoxb-old');
    world.clock.advance(1_000);
    await world.install('xoxb-new');
    await lookup.refused(world.team, 'slack.token_revoked');
    expect(await lookup.tokenOf(world.team)).toBe('xoxb-new');
  });

  it('waits as a whole while the installations are out of reach', async () => {
    const world = await slackWorld(tables);
    const sender = createSlackSender({
      client: async () => {
        throw new Error('no table');
      },
      roots: { read: async () => new Map(), write: async () => {} },
      waits: memoryWaits(world.clock.now),
      now: world.clock.now,
    });
    const to = delivery<'slack'>({ channel: 'slack', ...world.place });
    expect(await sender.send(seedAnnouncement(1), [to])).toMatchObject([
      { kind: 'backoff', scope: 'sender', cause: 'slack.tables_unreadable' },
    ]);
  });
});
