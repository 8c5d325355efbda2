import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { anUpdate, selection } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectSum, told } from './oracles.ts';
import { createWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });

it('a provider that answers nothing is not called for the rest of the chunk', async () => {
  const world = createWorld(tables, { rowsPerChunk: { email: 1_000, sms: 1_000 } });
  await world.open();
  for (let index = 0; index < 500; index++) await world.subscribe('email', `${index}`);
  world.clock.advance(SECOND);
  world.provider.follow(() => ({ kind: 'inDoubt', cause: 'test.silence' }));
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.drain();
  expect(world.provider.calls()).toBe(1);
  world.provider.follow(() => 'accept');
  await world.settle();
  await expectSum(world, 'u1', { matched: 500, told: 500, resent: 50 });
});

it('a pause ends although the first chunks after it concern nobody', async () => {
  const world = createWorld(tables, { rowsPerChunk: { sms: 4 } });
  await world.open();
  const scope = selection({ components: ['mail'] });
  for (let index = 0; index < 256; index++) await world.subscribe('sms', `${index}`, scope);
  const inside = await world.subscribe('sms', 'inside');
  world.clock.advance(SECOND);
  const now = world.clock.now();
  await world.stores.pauses.swap('sms', 'sender', undefined, { until: now + 1, attempt: 3, by: 'x' }, now);
  await world.publish({ ...UPDATE, id: 'u1' });
  world.clock.advance(2);
  const took = await world.settle();
  expect(told(world)).toEqual([`sms ${inside}`]);
  expect(took).toBeLessThan(2 * MINUTE);
});
