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

/** A table that throttles us. */
const MS_PER_ROW = 5;

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });

it('somebody behind many who are not concerned is told, although reading them all takes longer than a read keeps', async () => {
  const world = createWorld(tables, { rowsPerChunk: { email: 10_000 } });
  await world.open();
  const elsewhere = selection({ components: ['elsewhere'] });
  const everybody = Array.from({ length: 300 }, (_, index) => `${index}`);
  const hs = await Promise.all(everybody.map((name) => world.subscribe('email', name, elsewhere)));
  const last = hs.indexOf(hs.toSorted().at(-1) ?? '');
  await world.subscribe('email', `${last}`);
  world.clock.advance(SECOND);
  const { subscribers } = world.stores;
  const { readRange } = subscribers;
  subscribers.readRange = async (...args) => {
    const read = await readRange(...args);
    world.clock.advance(MS_PER_ROW * read.rows.length);
    return read;
  };
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.settle();
  expect(told(world)).toHaveLength(1);
  await expectSum(world, 'u1', { matched: 1, told: 1 });
});

it('a stretch of nobody may take longer to read than a lease and an invocation last', async () => {
  const world = createWorld(tables, { rowsPerChunk: { email: 10_000 } });
  await world.open();
  const elsewhere = selection({ components: ['elsewhere'] });
  const everybody = Array.from({ length: 200 }, (_, index) => `${index}`);
  const hs = await Promise.all(everybody.map((name) => world.subscribe('email', name, elsewhere)));
  await world.subscribe('email', `${hs.indexOf(hs.toSorted()[0] ?? '')}`);
  world.clock.advance(SECOND);
  const { subscribers, ledger } = world.stores;
  const { readRange } = subscribers;
  subscribers.readRange = async (page, channel, range, limit) => {
    world.clock.advance(world.provider.accepted.length === 0 ? 0.6 * SECOND : 5 * SECOND);
    return readRange(page, channel, range, Math.min(limit, 5));
  };
  const { swap } = ledger;
  let late = 0;
  ledger.swap = (ref, seen, next, now) => {
    if (seen && seen.prev < seen.cursor && seen.leaseUntil < now) late++;
    return swap(ref, seen, next, now);
  };
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.settle({ longest: 10 * MINUTE });
  expect(late).toBe(0);
  await expectSum(world, 'u1', { matched: 1, told: 1, resent: 0 });
});
