import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SubscriberStore, subscriberStore } from '../../shared/store/subscribers.ts';
import { aSubscriber, selection, T0 } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
let subscribers: SubscriberStore;

/** Hashes with neighbours at every edge of a shard and of a small chunk, sorted as text. */
const edges = ['0', '1', '3f', '40', '41', '7f', '80', 'bf', 'c0', 'ff'].flatMap((first) =>
  ['0', '8', 'f'].map((fill) => first.padEnd(24, fill)),
);
const spread = Array.from({ length: 170 }, (_, index) =>
  (((index * 2_654_435_761) % 2 ** 32) >>> 0).toString(16).padStart(8, '0').padEnd(24, '7'),
);
const everybody = [...new Set([...edges, ...spread])].sort();

beforeAll(async () => {
  tables = await startTables();
  subscribers = subscriberStore(tables.client, tables.names.subscribers);
  await Promise.all(everybody.map((h) => subscribers.put(aSubscriber(h))));
  // Others in the same table: never to be seen.
  await subscribers.put(aSubscriber(everybody[0] ?? '', undefined, { page: 'other' }));
  await subscribers.put(aSubscriber('5'.repeat(24), undefined, { channel: 'sms' }));
});
afterAll(() => tables.stop());

/** A bound between rows, on a row, at a chunk's edge, or at an end. */
const bound = fc.oneof(
  fc.constantFrom(...everybody),
  fc.constantFrom('000000', '400000', '800000', 'c00000', '200000', 'ff8000'),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 6, maxLength: 6 }),
);

describe('readRange', () => {
  it('gives exactly the rows of a range, in order, for every range and limit', async () => {
    const upper = fc.oneof(bound, fc.constant('g'));
    await fc.assert(
      fc.asyncProperty(bound, upper, fc.integer({ min: 1, max: 250 }), async (after, upTo, limit) => {
        fc.pre(after < upTo);
        const expected = everybody.filter((h) => h > after && h <= upTo);
        const { rows, exhausted } = await subscribers.readRange('batch', 'email', { after, upTo }, limit);
        expect(rows.map(({ h }) => h)).toEqual(expected.slice(0, limit));
        if (exhausted) expect(rows).toHaveLength(expected.length);
        if (rows.length < limit) expect(exhausted).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('read on from its last row meets every row once, for every size of step', async () => {
    for (const step of [1, 3, 50, everybody.length, 1_000]) {
      const met: string[] = [];
      let after = '000000';
      for (let exhausted = false; !exhausted; ) {
        const page = await subscribers.readRange('batch', 'email', { after, upTo: 'g' }, step);
        met.push(...page.rows.map(({ h }) => h));
        after = page.rows.at(-1)?.h ?? after;
        exhausted = page.exhausted;
      }
      expect(met).toEqual(everybody);
    }
  });

  it('goes on where one answer of the engine is full', async () => {
    const scope = selection({ incidents: Array.from({ length: 500 }, () => 'x'.repeat(64)) });
    const big = Array.from({ length: 45 }, (_, index) => `1${index + 10}`.padEnd(24, '0'));
    await Promise.all(big.map((h) => subscribers.put(aSubscriber(h, scope, { page: 'big' }))));
    const { rows } = await subscribers.readRange('big', 'email', { after: '000000', upTo: 'g' }, 45);
    expect(rows.map(({ h }) => h)).toEqual(big);
  });
});

describe('one row', () => {
  it('comes back as it was put, and put says whether it was new', async () => {
    const row = aSubscriber('a1'.padEnd(24, '0'), selection({ components: ['api'] }), { page: 'rows' });
    expect(await subscribers.put(row)).toBe('new');
    expect(await subscribers.put(row)).toBe('replaced');
    expect(await subscribers.get('rows', 'email', row.h)).toEqual(row);
  });

  it.each(['active', 'pending', 'quarantined', 'unsubscribed'] as const)(
    'that is %s ends when its owner leaves, and stays ended',
    async (state) => {
      const row = aSubscriber('b1'.padEnd(24, '0'), undefined, { page: `leaving-${state}`, state });
      await subscribers.put(row);
      expect(await subscribers.unsubscribe(row.page, 'email', row.h, T0)).toBe(true);
      await subscribers.quarantine(row.page, 'email', row.h, 'email.bounce', T0);
      expect((await subscribers.get(row.page, 'email', row.h))?.state).toBe('unsubscribed');
    },
  );

  it.each(['quarantined', 'unsubscribed'] as const)('that is %s is not put over', async (state) => {
    const row = aSubscriber('b2'.padEnd(24, '0'), undefined, { page: `over-${state}`, state });
    await subscribers.put(row);
    expect(await subscribers.put({ ...row, state: 'active' })).toBe('refused');
    expect(await subscribers.get(row.page, 'email', row.h)).toEqual(row);
  });

  it('that is not there is not made by leaving or by quarantine', async () => {
    expect(await subscribers.unsubscribe('nowhere', 'email', 'c'.repeat(24), T0)).toBe(false);
    await subscribers.quarantine('nowhere', 'email', 'c'.repeat(24), 'email.bounce', T0);
    expect(await subscribers.get('nowhere', 'email', 'c'.repeat(24))).toBeUndefined();
  });
});
