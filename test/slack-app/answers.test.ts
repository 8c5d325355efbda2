import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/domain/incident.ts';
import { anIncident, anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { CHANNEL, PAGE, RECORD, type SlackWorld, slackWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

async function installed(): Promise<SlackWorld> {
  const world = await slackWorld(tables);
  await world.install();
  return world;
}

async function subscribed(names = 'Push API'): Promise<SlackWorld> {
  const world = await installed();
  await world.command(`subscribe ${names}`);
  await world.work();
  return world;
}

function outage(name = 'API down'): Incident {
  const component = { id: 'push-api', name: 'Push API', newStatus: 'major_outage' as const };
  return anIncident([
    anUpdate({ id: 'u1', incident: { id: 'i1', name, impact: 'critical' }, components: [component] }),
  ]);
}

const say = async (world: SlackWorld, text: string) => (await world.command(text)).text;

describe('/status subscribe', () => {
  it('posts first, and only then subscribes: active at once, from Slack, whole page', async () => {
    const world = await installed();
    expect(await say(world, 'subscribe all')).toContain('trying to post');
    expect(await world.row()).toBeUndefined();
    const [answer] = await world.work();
    expect(answer).toContain('everything on *Batch &amp; Co*');
    expect(world.posts()).toHaveLength(1);
    const post = new URLSearchParams(world.posts()[0]?.body);
    expect(post.get('channel')).toBe(CHANNEL);
    expect(post.get('text')).toContain('This channel now gets updates of *Batch &amp; Co*');
    expect(world.posts()[0]?.headers.authorization).toBe('Bearer xoxb-secret-token');
    expect(await world.row()).toMatchObject({
      state: 'active',
      source: 'slack',
      scope: { kind: 'page' },
      address: { channel: 'slack', team: world.team, conversation: CHANNEL },
      confirmedAt: world.clock.now(),
    });
    expect((await world.pages.get(world.pageId))?.counts).toEqual({ slack: 1 });
  });

  it('adds to what the channel hears of, without another post', async () => {
    const world = await subscribed();
    expect(await say(world, 'subscribe apis, dashboard')).toContain('*Dashboard*');
    expect(world.queue).toEqual([]);
    expect(world.posts()).toHaveLength(1);
    expect(await world.row()).toMatchObject({
      scope: { components: ['push-api', 'dashboard'], groups: ['apis'] },
    });
    expect((await world.pages.get(world.pageId))?.counts).toEqual({ slack: 1 });
  });

  it('never narrows: a channel that hears of everything goes on so', async () => {
    const world = await subscribed('all');
    expect(await say(world, 'subscribe Push API')).toContain('everything');
    expect(await world.row()).toMatchObject({ scope: { kind: 'page' } });
  });

  it('in the middle of an incident says once how things stand', async () => {
    const world = await installed();
    world.open.push(outage('API <!channel> down'));
    await world.command('subscribe Dashboard');
    await world.work();
    expect(world.posts()[0]?.body).not.toContain('Right+now');
    await world.command('unsubscribe');
    await world.command('subscribe Push API');
    await world.work();
    const text = new URLSearchParams(world.posts()[1]?.body).get('text');
    expect(text).toContain('*Investigating*: <https://status.batch.com/|API &lt;!channel&gt; down>');
    expect(text).toContain('Push API – Major outage');
  });

  it('suggests close names for unknown ones, and changes nothing', async () => {
    const world = await installed();
    const text = await say(world, 'subscribe Push API, Dashbord, <!channel>');
    expect(text).toContain('“Dashbord”. Did you mean *Dashboard*?');
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).not.toContain('<!channel>');
    expect(world.queue).toEqual([]);
  });

  it.each([
    ['channel_not_found', 'cannot post'],
    ['is_archived', 'cannot post'],
    ['service_unavailable', 'did not take'],
    ['fatal_error', 'did not take'],
    ['token_revoked', 'choose “Add to Slack” again'],
  ])('subscribes nobody where Slack says %s', async (error, words) => {
    const world = await slackWorld(tables, {
      slack: { 'chat.postMessage': () => ({ body: { ok: false, error } }) },
    });
    await world.install();
    await world.command('subscribe all');
    expect(await world.work()).toEqual([expect.stringContaining(words)]);
    expect(await world.row()).toBeUndefined();
    const { token } = (await world.installations.get(world.team)) ?? {};
    expect(token === undefined).toBe(error === 'token_revoked');
  });

  it('is done once, however often the queue brings it', async () => {
    const world = await installed();
    await world.command('subscribe all');
    const [body = ''] = world.queue;
    const Records = ['1', '2'].map((messageId) => ({ ...RECORD, messageId, body }));
    expect(await world.handleWork({ Records })).toEqual({ batchItemFailures: [] });
    await world.handleWork({ Records });
    expect(world.posts()).toHaveLength(1);
  });

  it('puts nothing readable into the queue or the log', async () => {
    const world = await installed();
    await world.command('subscribe all');
    const seen = JSON.stringify([world.queue, world.log]);
    await world.work();
    for (const secret of [world.team, CHANNEL, 'respond', 'xoxb']) {
      expect(seen + JSON.stringify(world.log)).not.toContain(secret);
    }
  });

  it('puts aside what does not open, with the reason', async () => {
    const world = await installed();
    const bodies = ['', '{}', JSON.stringify({ id: 'x', sealed: { key: '', iv: '', tag: '', text: '' } })];
    const Records = bodies.map((body, index) => ({ ...RECORD, messageId: String(index), body }));
    expect(await world.handleWork({ Records })).toEqual({ batchItemFailures: [] });
    expect(world.buried.map(({ body }) => body)).toEqual(bodies);
    for (const { reason } of world.buried) expect(reason).toContain('does not open');
  });

  it('works again for a channel that had left or was quarantined', async () => {
    const world = await subscribed();
    await world.subscribers.quarantine(world.pageId, 'slack', world.h, 'slack.is_archived', 1);
    world.clock.advance(5_000);
    await world.command('subscribe all');
    await world.work();
    const row = await world.row();
    expect(row).toMatchObject({ state: 'active', confirmedAt: world.clock.now() });
    expect(row).not.toHaveProperty('quarantine');
    await world.command('unsubscribe');
    await world.command('subscribe all');
    await world.work();
    expect(await world.row()).toMatchObject({ state: 'active' });
  });
});

describe('/status unsubscribe, list, current', () => {
  it('unsubscribes from the answer on', async () => {
    const world = await subscribed();
    expect(await say(world, 'unsubscribe')).toContain('no more updates');
    expect(await world.row()).toMatchObject({ state: 'unsubscribed' });
    expect(await say(world, 'unsubscribe')).toContain('hears of nothing');
  });

  it('takes single components away, and ends with the last', async () => {
    const world = await subscribed('Push API, Dashboard');
    expect(await say(world, 'unsubscribe Dashboard')).toContain('*Push API*');
    expect(await say(world, 'unsubscribe push-api')).toContain('no more updates');
    expect(await world.row()).toMatchObject({ state: 'unsubscribed' });
  });

  it('does not take parts out of everything', async () => {
    const world = await subscribed('all');
    expect(await say(world, 'unsubscribe Dashboard')).toContain('everything');
    expect(await world.row()).toMatchObject({ state: 'active' });
  });

  it('lists what this channel hears of, and of no other', async () => {
    const world = await subscribed('APIs, Dashboard');
    expect(await say(world, 'list')).toContain('*all of APIs*, *Dashboard* on *Batch &amp; Co*');
    expect((await world.command('list', 'C0002')).text).toContain('nothing yet');
  });

  it('tells of open incidents', async () => {
    const world = await installed();
    expect(await say(world, 'current')).toContain('no open incidents');
    world.open.push(outage());
    expect(await say(world, 'current')).toContain('*Investigating*: <https://status.batch.com/|API down>');
  });

  it.each(['help', '', 'nonsense'])('helps: %j', async (text) => {
    const world = await installed();
    expect(await say(world, text)).toContain('/status subscribe');
  });
});

describe('pages', () => {
  it('of a workspace that has not installed the app are none', async () => {
    const world = await slackWorld(tables);
    expect(await say(world, 'list')).toContain('Add to Slack');
    expect(await say(world, 'subscribe all')).toContain('Add to Slack');
    expect(world.queue).toEqual([]);
  });

  it('of others are refused', async () => {
    const [world, other] = [await installed(), await installed()];
    for (const verb of ['list', 'current', 'subscribe all', 'unsubscribe']) {
      expect(await say(world, `${verb} --page ${other.pageId}`)).toContain('does not follow that page');
    }
    await world.click({ action_id: 'subscribe-all', value: other.pageId });
    expect(await world.work()).toEqual([expect.stringContaining('does not follow that page')]);
    expect(await world.subscribers.get(other.pageId, 'slack', world.h)).toBeUndefined();
  });

  it('are asked for where there are several', async () => {
    const world = await installed();
    const second = `${world.pageId}-b`;
    await world.pages.put({ ...PAGE, id: second, name: 'Second' });
    const grant = { team: world.team, teamName: '', botUser: 'U1', scopes: '', token: 'xoxb-2' };
    await world.installations.save(grant, second, world.clock.now());
    expect(await say(world, 'subscribe all')).toContain(`--page ${second}`);
    expect(JSON.stringify((await world.command('subscribe')).blocks)).toContain(second);
    const choice = { action_id: 'page', block_id: 'page:subscribe', selected_option: { value: second } };
    await world.click(choice);
    expect(await world.work()).toEqual([expect.stringContaining('multi_static_select')]);
    await world.command(`subscribe all --page ${second}`);
    await world.work();
    expect(await world.subscribers.get(second, 'slack', world.h)).toMatchObject({ state: 'active' });
    expect(await say(world, 'list')).toContain('*Second*');
  });

  it("are named by workspaces with an operator's token", async () => {
    const world = await slackWorld(tables, { operatorTokens: true });
    expect(await say(world, 'subscribe all')).toContain('--page');
    await world.command(`subscribe all --page ${world.pageId}`);
    await world.work();
    expect(await world.row()).toMatchObject({ state: 'active' });
    expect(world.posts()[0]?.headers.authorization).toBe('Bearer xoxb-operator');
  });
});

describe('the picker', () => {
  const choose = (...values: string[]) => ({
    components: { chosen: { selected_options: values.map((value) => ({ value })) } },
  });

  it('shows the components by group, and what is chosen', async () => {
    const world = await subscribed();
    const { blocks } = await world.command('subscribe');
    expect(JSON.stringify(blocks)).toContain(
      '"initial_options":[{"text":{"type":"plain_text","text":"Push API"',
    );
    expect(JSON.stringify(blocks)).toContain('All of APIs');
  });

  it('subscribes to what was chosen, in place of what was', async () => {
    const world = await subscribed('all');
    const clicked = await world.click(
      { action_id: 'subscribe-chosen', value: world.pageId },
      choose('c:dashboard', 'g:apis', 'x:1', 'c:a#b'),
    );
    expect([clicked.status, await clicked.text()]).toEqual([200, '']);
    expect(await world.work()).toEqual([expect.stringContaining('*all of APIs*, *Dashboard*')]);
    expect(await world.row()).toMatchObject({ scope: { components: ['dashboard'], groups: ['apis'] } });
  });

  it('lets choose again when nothing was chosen', async () => {
    const world = await installed();
    await world.click({ action_id: 'subscribe-chosen', value: world.pageId });
    expect(await world.work()).toEqual([expect.stringContaining('multi_static_select')]);
    expect(await world.row()).toBeUndefined();
  });

  it('unsubscribes', async () => {
    const world = await subscribed();
    await world.click({ action_id: 'unsubscribe', value: world.pageId });
    expect(await world.work()).toEqual([expect.stringContaining('no more updates')]);
    expect(await world.row()).toMatchObject({ state: 'unsubscribed' });
  });

  it('does nothing for clicks that mean nothing', async () => {
    const world = await installed();
    for (const action of [{ action_id: 'chosen' }, { action_id: 'subscribe-all', value: 'a#b' }, {}]) {
      expect((await world.click(action)).status).toBe(200);
    }
    for (const body of ['', 'payload=', 'payload={', 'payload=null', 'payload=[]']) {
      expect((await world.post('/slack/interactions', body)).status).toBe(200);
    }
    expect(world.queue).toEqual([]);
  });
});
