import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../shared/domain/time.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectSum } from './oracles.ts';
import { createWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });

it('a channel that stays out of reach for a day is given up, and one that is reached again is forgiven', async () => {
  const world = createWorld(tables);
  await world.open();
  const gone = await world.subscribe('slack', 'gone');
  const back = await world.subscribe('slack', 'back');
  world.clock.advance(SECOND);
  const unreachable = { kind: 'drop', cause: 'slack.not_in_channel', strike: 'slack.unreachable' } as const;
  const strikesOf = async (h: string) =>
    (await world.stores.subscribers.get(world.page, 'slack', h))?.strikes;

  world.provider.follow(() => unreachable);
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.settle();
  expect(await strikesOf(back)).toMatchObject({ failures: 1, cause: 'slack.not_in_channel' });

  world.provider.follow((_, { recipient }) => (recipient.h === gone ? unreachable : 'accept'));
  for (const id of ['u2', 'u3']) {
    world.clock.advance(13 * HOUR);
    await world.publish({ ...UPDATE, id });
    await world.settle();
    await expectSum(world, id, { matched: 2, told: 1, failed: 1 });
  }
  expect(await strikesOf(back)).toBeUndefined();
  expect(await world.stores.subscribers.get(world.page, 'slack', gone)).toMatchObject({
    state: 'quarantined',
    quarantine: { cause: 'slack.not_in_channel' },
  });
  expect(world.provider.news).toEqual([{ h: gone, news: 'giveUp', cause: 'slack.not_in_channel' }]);
  await world.publish({ ...UPDATE, id: 'u4' });
  await world.settle();
  await expectSum(world, 'u4', { matched: 1, told: 1 });
});

it.each([
  ['email', 'email.softBounce', 'email.soft_MailboxFull'],
  ['sms', 'sms.unreachable', 'sms.30003'],
] as const)(
  '%s: what is accepted now does not forgive what was reported of earlier ones',
  async (channel, rule, cause) => {
    const world = createWorld(tables);
    await world.open();
    const h = await world.subscribe(channel, 'often away');
    world.clock.advance(SECOND);
    const failure = { rule, cause, about: 'i1' };
    await world.stores.subscribers.strike(world.page, channel, h, failure, world.clock.now());
    await world.publish({ ...UPDATE, id: 'accepted' });
    await world.settle();
    await expectSum(world, 'accepted', { matched: 1, told: 1 });
    const row = await world.stores.subscribers.get(world.page, channel, h);
    expect(row?.strikes).toMatchObject({ rule, failures: 1 });
  },
);
