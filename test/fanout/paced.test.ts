import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectNoRepeats, expectRisingOrder, expectSum, told } from './oracles.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });
const RATE = 4;

async function aWorld(
  perChannel: number,
  options: WorldOptions = {},
): Promise<{ world: World; all: string[] }> {
  const rowsPerChunk = { email: 4, sms: 4, slack: 4, webhook: 4 };
  const world = createWorld(tables, { rowsPerChunk, rate: RATE, ...options });
  await world.open();
  const all: string[] = [];
  for (const channel of CHANNELS) {
    for (let index = 0; index < perChannel; index++) {
      all.push(`${channel} ${await world.subscribe(channel, `${index}`)}`);
    }
  }
  world.clock.advance(SECOND);
  return { world, all: all.sort() };
}

it('a channel that is paced tells everybody once, and not faster than its rate', async () => {
  const { world, all } = await aWorld(20, { workers: 2, deliveries: 2 });
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.settle();
  expectNoRepeats(world);
  expect(told(world)).toEqual(all);
  await expectSum(world, 'u1', { matched: 80, told: 80 });
  for (const channel of CHANNELS) {
    const at = world.provider.accepted.filter((one) => one.channel === channel).map((one) => one.at);
    const seconds = (Math.max(...at) - Math.min(...at)) / SECOND;
    // All but those that start at once: a window, and what the credit is good for.
    expect(at.length - 4, channel).toBeLessThanOrEqual(RATE * seconds);
  }
});

it.each([1, 2, 3])('seed %i: deaths and lost messages cost time, never a delivery', async (seed) => {
  const { world, all } = await aWorld(12, { seed });
  let deaths = 0;
  world.provider.follow(() => {
    if (deaths >= 6 || world.clock.random() > 0.2) return 'accept';
    deaths++;
    return world.clock.random() < 0.5 ? 'crash' : 'acceptThenCrash';
  });
  for (const id of ['u1', 'u2']) {
    await world.publish({ ...UPDATE, id });
    await world.drain();
    if (world.clock.random() < 0.5) world.wipeQueues();
    world.clock.advance(20 * SECOND);
  }
  await world.settle({ longest: 120 * MINUTE });
  expect(deaths).toBe(6);
  expect([...new Set(told(world, 'u2'))]).toEqual(all);
  for (const id of ['u1', 'u2']) await expectSum(world, id, { matched: 48, failed: 0 });
  const { resent } = await world.receipt('u2');
  const once = new Set(told(world, 'u2')).size;
  const webhooks = world.provider.accepted.filter(({ channel }) => channel === 'webhook').length;
  expect(told(world, 'u2').length - once).toBeLessThanOrEqual(resent + webhooks);
  expect(world.dead).toEqual([]);
});

it('several updates at once come in their order, however they wait for the rate', async () => {
  const { world } = await aWorld(8, { workers: 3 });
  for (const id of ['u1', 'u2', 'u3']) await world.publish({ ...UPDATE, id });
  await world.settle();
  expectNoRepeats(world);
  expectRisingOrder(world);
  for (const id of ['u1', 'u2', 'u3']) await expectSum(world, id, { matched: 32, failed: 0 });
});
