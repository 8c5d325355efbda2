import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pauseStore } from '../../shared/store/pauses.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { losingAnswers, winnersOf } from './concurrently.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const NOW = Date.UTC(2021, 9, 13);
const store = () => pauseStore(tables.client, tables.names.deliveries);
/** All alike but for who wrote it. */
const pause = (by: string) => ({ until: NOW + 1_000, attempt: 1, by });

describe('a pause', () => {
  it('that fifty set at once has one winner, from nothing and over another', async () => {
    const first = await winnersOf(50, (one) =>
      store().swap('email', 'fifty', undefined, pause(`${one}`), NOW),
    );
    expect(first).toHaveLength(1);
    const seen = await store().read('email', 'fifty');
    expect(seen).toEqual(pause(`${first[0]}`));
    const next = await winnersOf(50, (one) =>
      store().swap('email', 'fifty', seen, pause(`next-${one}`), NOW),
    );
    expect(next).toHaveLength(1);
    expect((await store().read('email', 'fifty'))?.by).toBe(`next-${next[0]}`);
  });

  it('whose answer was lost is known by its writer', async () => {
    const lossy = pauseStore(losingAnswers(tables.client), tables.names.deliveries);
    expect(await lossy.swap('sms', 'lossy', undefined, pause('me'), NOW)).toBe(true);
  });

  it('that was cleared is not there, and is set anew from nothing only', async () => {
    await store().swap('slack', 'cleared', undefined, pause('a'), NOW);
    await store().clear('slack', 'cleared');
    expect(await store().read('slack', 'cleared')).toBeUndefined();
    expect(await store().swap('slack', 'cleared', pause('a'), pause('b'), NOW)).toBe(false);
    expect(await store().swap('slack', 'cleared', undefined, pause('c'), NOW)).toBe(true);
  });

  it('of one channel or scope is none of another', async () => {
    await store().swap('email', 'scope', undefined, pause('a'), NOW);
    expect(await store().read('sms', 'scope')).toBeUndefined();
    expect(await store().read('email', 'other')).toBeUndefined();
  });
});
