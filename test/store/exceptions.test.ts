import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExceptionRow } from '../../shared/domain/exception.ts';
import { type ExceptionStore, exceptionStore } from '../../shared/store/exceptions.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { losingAnswers, winnersOf } from './concurrently.ts';

let tables: TestTables;
let exceptions: ExceptionStore;
beforeAll(async () => {
  tables = await startTables();
  exceptions = exceptionStore(tables.client, tables.names.deliveries);
});
afterAll(() => tables.stop());

const NOW = Date.UTC(2021, 9, 13);
let updates = 0;
const anUpdate = (of = 1) => ({ page: 'batch', update: `u${++updates}`, channel: 'webhook', of }) as const;
const h = (first: string) => first.padEnd(24, '0');

function aRow(first: string, more: Partial<ExceptionRow> = {}): ExceptionRow {
  return {
    h: h(first),
    state: 'waiting',
    attempt: 1,
    nextAt: NOW,
    since: NOW,
    cause: 'webhook.503',
    ...more,
  };
}

async function rowOf(ref: ReturnType<typeof anUpdate>, first: string) {
  return (await exceptions.readAll(ref)).find((row) => row.h === h(first));
}

describe('fifty who fire the same retry at once', () => {
  it('have one winner, who alone calls, over five rounds', async () => {
    for (let round = 0; round < 5; round++) {
      const ref = anUpdate();
      const waiting = aRow('a');
      await exceptions.putNew(ref, waiting, NOW);
      const calling = (caller: number) =>
        ({
          ...waiting,
          state: 'calling',
          nextAt: NOW + 40_000,
          calledAt: NOW,
          caller: `c${caller}`,
        }) as const;
      const winners = await winnersOf(50, (caller) => exceptions.swap(ref, waiting, calling(caller), NOW));
      expect(winners).toHaveLength(1);
      expect(await rowOf(ref, 'a')).toEqual(calling(winners[0] ?? -1));
    }
  });
});

describe('putNew', () => {
  it('keeps the first outcome that was written', async () => {
    const ref = anUpdate();
    const first = aRow('a');
    expect(await exceptions.putNew(ref, first, NOW)).toBe(true);
    expect(await exceptions.putNew(ref, aRow('a', { state: 'failed', cause: 'webhook.410' }), NOW)).toBe(
      false,
    );
    expect(await rowOf(ref, 'a')).toEqual(first);
  });

  it('of fifty different outcomes at once keeps one', async () => {
    const ref = anUpdate();
    const winners = await winnersOf(50, (one) =>
      exceptions.putNew(ref, aRow('a', { cause: `cause.${one}` }), NOW),
    );
    expect(winners).toHaveLength(1);
    expect((await rowOf(ref, 'a'))?.cause).toBe(`cause.${winners[0]}`);
  });

  it('whose answer was lost knows its own row', async () => {
    const lossy = exceptionStore(losingAnswers(tables.client), tables.names.deliveries);
    expect(await lossy.putNew(anUpdate(), aRow('a'), NOW)).toBe(true);
  });
});

describe('swap', () => {
  it.each([
    ['another state', { state: 'doubt' as const }],
    ['another attempt', { attempt: 2 }],
    ['another time', { nextAt: NOW + 1 }],
  ])('is refused where the row has %s than was seen', async (_, change) => {
    const ref = anUpdate();
    const row = aRow('a');
    await exceptions.putNew(ref, row, NOW);
    const told = { ...row, state: 'told' } as const;
    expect(await exceptions.swap(ref, { ...row, ...change }, told, NOW)).toBe(false);
    expect(await rowOf(ref, 'a')).toEqual(row);
  });
});

describe('rows that are due', () => {
  const due = async (now: number, update: string) => {
    const found: { h: string; nextAt: number }[] = [];
    for await (const row of exceptions.listDue(now)) {
      if (row.update === update) found.push({ h: row.h, nextAt: row.nextAt });
    }
    return found.sort((a, b) => (a.h < b.h ? -1 : 1));
  };

  it('are listed from their time on, from every partition, with whose they are', async () => {
    const ref = anUpdate(16);
    const firsts = ['00', '01', '02', '03', '7f', 'fc', 'fd', 'fe', 'ff'];
    for (const [index, first] of firsts.entries()) {
      await exceptions.putNew(ref, aRow(first, { nextAt: NOW + index }), NOW);
    }
    expect(await due(NOW - 1, ref.update)).toEqual([]);
    expect(await due(NOW + 4, ref.update)).toEqual(
      firsts.slice(0, 5).map((first, index) => ({ h: h(first), nextAt: NOW + index })),
    );
    expect(await due(NOW + 100, ref.update)).toHaveLength(firsts.length);
    for await (const row of exceptions.listDue(NOW)) {
      if (row.update === ref.update) expect(row).toMatchObject({ page: 'batch', channel: 'webhook' });
    }
  });

  it('are no longer listed once they are final', async () => {
    const ref = anUpdate();
    const row = aRow('a');
    await exceptions.putNew(ref, row, NOW);
    const { nextAt: _, ...told } = { ...row, state: 'told' as const };
    expect(await exceptions.swap(ref, row, told, NOW)).toBe(true);
    await exceptions.putNew(ref, aRow('b', { state: 'failed' }), NOW);
    expect(await due(NOW + 1_000_000, ref.update)).toEqual([]);
  });
});

describe('reading', () => {
  it('a chunk gives its rows in order, and no row of its neighbours', async () => {
    const ref = anUpdate(4);
    const firsts = ['7fffff', '400000', '3fffff', '800000', '5'];
    for (const first of firsts) await exceptions.putNew(ref, aRow(first), NOW);
    const rows = await exceptions.readChunk({ ...ref, chunk: 1 });
    expect(rows.map((row) => row.h)).toEqual([h('400000'), h('5'), h('7fffff')]);
    const within = await exceptions.readChunk({ ...ref, chunk: 1 }, { after: h('400000'), upTo: h('5') });
    expect(within.map((row) => row.h)).toEqual([h('5')]);
    expect(await exceptions.readAll(ref)).toHaveLength(firsts.length);
  });
});
