import { afterAll, beforeAll, expect, it } from 'vitest';
import { UNUSED } from '../../shared/domain/pace.ts';
import { paceStore } from '../../shared/store/paces.ts';
import { T0 } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { losingAnswers } from './concurrently.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const store = () => paceStore(tables.client, tables.names.deliveries);

it('of many who reserve the same time one gets it', async () => {
  const first = { ...UNUSED, freeAt: T0 + 0.1 / 3, by: 'first' };
  expect(await store().read('email')).toBeUndefined();
  expect(await store().swap('email', undefined, first, T0)).toBe(true);
  expect(await store().read('email')).toEqual(first);
  const swaps = Array.from({ length: 10 }, (_, n) =>
    store().swap('email', first, { ...first, freeAt: T0 + n, by: `n${n}` }, T0),
  );
  expect((await Promise.all(swaps)).filter(Boolean)).toHaveLength(1);
  expect(await store().read('sms')).toBeUndefined();
});

it('whose answer is lost knows its own reservation', async () => {
  const lossy = paceStore(losingAnswers(tables.client), tables.names.deliveries);
  const pace = { ...UNUSED, freeAt: T0, limit: 14, limitAt: T0, by: 'me' };
  expect(await lossy.swap('slack', undefined, pace, T0)).toBe(true);
  expect(await store().read('slack')).toEqual(pace);
});
