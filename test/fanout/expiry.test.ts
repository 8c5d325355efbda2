import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Channel } from '../../shared/domain/channel.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/domain/time.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectNoRepeats, expectSum } from './oracles.ts';
import { createWorld, type World } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });
const OPEN = { ...UPDATE, id: 'begins' };
const OVER = { ...UPDATE, id: 'ends', status: 'resolved' as const };

async function aWorld(channel: Channel, count = 6): Promise<World> {
  const world = createWorld(tables, { rowsPerChunk: { [channel]: 4 } });
  await world.open();
  for (let index = 0; index < count; index++) await world.subscribe(channel, `${index}`);
  world.clock.advance(SECOND);
  return world;
}

/** From now on the provider refuses everything; from `afterMs` on it takes it. */
function down(world: World, afterMs: number): void {
  const until = world.clock.now() + afterMs;
  world.provider.follow(() =>
    world.clock.now() < until
      ? { kind: 'backoff', cause: 'test.down', scope: 'sender', afterMs: 5 * MINUTE }
      : 'accept',
  );
}

/** Hours of sweeps on the real tables take their time on a busy machine. */
const HOURS = 120_000;

it('an outage of 62 minutes ends with everybody told how things stand, however old that is', {
  timeout: HOURS,
}, async () => {
  const world = await aWorld('sms');
  down(world, 62 * MINUTE);
  await world.publish(OPEN);
  await world.settle();
  expect(world.provider.accepted.map(({ update }) => update)).toEqual(Array(6).fill('begins'));
  await expectSum(world, 'begins', { matched: 6, told: 6 });
});

it('who heard nothing of an incident is not told of its end hours later', { timeout: HOURS }, async () => {
  const world = await aWorld('sms');
  down(world, 5 * HOUR);
  await world.publish(OPEN);
  world.clock.advance(10 * MINUTE);
  await world.publish(OVER);
  await world.settle();
  expect(world.provider.accepted).toEqual([]);
  await expectSum(world, 'begins', { matched: 6, superseded: 6 });
  await expectSum(world, 'ends', { matched: 6, failed: 6, expired: 6 });
});

it('nobody heard of a beginning that was published without telling', { timeout: HOURS }, async () => {
  const world = await aWorld('sms');
  await world.publish({ ...OPEN, notify: false });
  down(world, 5 * HOUR);
  await world.publish(OVER);
  await world.settle({ sweepEvery: 10 * MINUTE });
  expect(world.provider.accepted).toEqual([]);
  await expectSum(world, 'ends', { matched: 6, failed: 6, expired: 6 });
});

it('who was told that it began is told that it is over, however late', { timeout: HOURS }, async () => {
  const world = await aWorld('sms');
  await world.publish(OPEN);
  await world.drain();
  world.clock.advance(10 * MINUTE);
  down(world, 9 * HOUR);
  await world.publish(OVER);
  await world.settle();
  expectNoRepeats(world);
  expect(world.provider.accepted.filter(({ update }) => update === 'ends')).toHaveLength(6);
  await expectSum(world, 'ends', { matched: 6, told: 6 });
});

it('machines get all of it', { timeout: HOURS }, async () => {
  const world = await aWorld('webhook');
  const until = world.clock.now() + 8 * HOUR;
  world.provider.follow(() =>
    world.clock.now() < until ? { kind: 'retry', cause: 'test.down', afterMs: MINUTE } : 'accept',
  );
  await world.publish(OPEN);
  await world.publish(OVER);
  await world.settle({ sweepEvery: 30 * MINUTE });
  await expectSum(world, 'begins', { matched: 6, told: 6 });
  await expectSum(world, 'ends', { matched: 6, told: 6 });
});
