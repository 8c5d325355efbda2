import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
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

it('a process that dies in the last window of a chunk holds up nothing', async () => {
  const world = createWorld(tables, { rowsPerChunk: { email: 4 } });
  await world.open();
  for (let index = 0; index < 40; index++) await world.subscribe('email', `${index}`);
  world.clock.advance(SECOND);
  const startedAt = world.clock.now();
  world.provider.follow(() => (world.clock.now() === startedAt ? 'crash' : 'accept'));
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.settle({ longest: 20 * MINUTE });
  expect(world.provider.accepted).toHaveLength(40);
  expect(world.dead).toEqual([]);
  await expectSum(world, 'u1', { matched: 40, told: 40 });
});
