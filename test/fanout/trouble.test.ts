import { afterAll, beforeAll, expect, it } from 'vitest';
import { SECOND } from '../../shared/domain/time.ts';
import { acceptUpdate } from '../../shared/fanout/accept.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { getMany } from '../../shared/store/query-pages.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { told } from './oracles.ts';
import { createWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

it('of the queues keeps no update from being accepted, nor from being told', async () => {
  const world = createWorld(tables);
  await world.open();
  const h = await world.subscribe('email', 'one');
  world.clock.advance(SECOND);
  const { acceptedAt: _acceptedAt, ...update } = anUpdate({ id: 'u1', page: world.page });
  const unreachable = { ring: () => Promise.reject(new Error('connect ECONNREFUSED')) };
  const acceptance = await acceptUpdate({ ...world.accepting, doorbells: unreachable }, update);
  expect(acceptance).toMatchObject({ kind: 'accepted', sequence: 1 });
  await world.settle();
  expect(told(world)).toEqual([`email ${h}`]);
});

it('of a table that leaves keys unprocessed passes by itself: no message is spent on it', async () => {
  const Keys = [{ pk: 'a', sk: 'b' }];
  const busy: DocumentClient = {
    send: async () => ({ Responses: {}, UnprocessedKeys: { table: { Keys } } }) as never, // all that is read of an answer
  };
  const waits: number[] = [];
  const backOff = async (round: number) => void waits.push(round);
  const error = await getMany(busy, 'table', Keys, backOff).catch((thrown: unknown) => thrown);
  expect(isTrouble(error)).toBe(true);
  // Eight times asked, and a wait between each two.
  expect(waits).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
