import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChunkEntry } from '../../shared/domain/chunk.ts';
import { type LedgerStore, ledgerStore } from '../../shared/store/ledger.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { losingAnswers, winnersOf } from './concurrently.ts';

let tables: TestTables;
let ledger: LedgerStore;
beforeAll(async () => {
  tables = await startTables();
  ledger = ledgerStore(tables.client, tables.names.deliveries);
});
afterAll(() => tables.stop());

const NOW = Date.UTC(2021, 9, 13);
let updates = 0;
const aChunk = () => ({ page: 'batch', update: `u${++updates}`, channel: 'email', chunk: 0, of: 1 }) as const;

/** Every claim is of the same window for the same time: all that tells two apart is who. */
function claimBy(owner: string, more: Partial<ChunkEntry> = {}): ChunkEntry {
  const counts = { told: 0, superseded: 0, exceptions: 0 };
  const times = { leaseUntil: NOW + 30_000, endsAt: NOW + 60_000, claimedAt: NOW };
  return { owner, ...times, prev: '000000', cursor: '3'.repeat(24), done: false, counts, ...more };
}

describe('fifty who claim a chunk at once', () => {
  it('have one winner, whose claim is what is there, over eight rounds', async () => {
    const ref = aChunk();
    let seen: ChunkEntry | undefined;
    for (let round = 0; round < 8; round++) {
      const claims = Array.from({ length: 50 }, (_, contender) => claimBy(`${round}-${contender}`));
      const winners = await winnersOf(50, async (contender) => {
        const claim = claims[contender];
        return claim !== undefined && ledger.swap(ref, seen, claim, NOW);
      });
      expect(winners).toHaveLength(1);
      seen = await ledger.read(ref);
      expect(seen).toEqual(claims[winners[0] ?? -1]);
    }
  });

  it('have one winner although every answer is lost', async () => {
    const lossy = ledgerStore(losingAnswers(tables.client), tables.names.deliveries);
    const ref = aChunk();
    const winners = await winnersOf(50, (contender) =>
      lossy.swap(ref, undefined, claimBy(`${contender}`), NOW),
    );
    expect(winners).toHaveLength(1);
    expect((await ledger.read(ref))?.owner).toBe(`${winners[0]}`);
  });
});

describe('a zombie, whose lease was taken over,', () => {
  const told = { told: 50, superseded: 0, exceptions: 0 };

  async function takenOver() {
    const ref = aChunk();
    const old = claimBy('old');
    const heir = claimBy('heir');
    await ledger.swap(ref, undefined, old, NOW);
    expect(await ledger.swap(ref, old, heir, NOW)).toBe(true);
    return { ref, old, heir };
  }

  it.each([
    ['confirms', { prev: '3'.repeat(24), cursor: '6'.repeat(24), counts: told }],
    ['finishes', { prev: '3'.repeat(24), done: true, counts: told }],
    ['gives back', { cursor: '000000', leaseUntil: NOW }],
    ['renews', { leaseUntil: NOW + 60_000 }],
  ])('%s in vain: it is refused and changes nothing', async (_, change) => {
    const { ref, old, heir } = await takenOver();
    expect(await ledger.swap(ref, old, { ...old, ...change }, NOW)).toBe(false);
    expect(await ledger.read(ref)).toEqual(heir);
  });

  it('is refused after its heir has finished, too', async () => {
    const { ref, old, heir } = await takenOver();
    const finished = { ...heir, done: true, counts: told };
    await ledger.swap(ref, heir, finished, NOW);
    expect(await ledger.swap(ref, old, { ...old, done: true }, NOW)).toBe(false);
    expect(await ledger.swap(ref, finished, { ...finished, done: false }, NOW)).toBe(false);
    expect(await ledger.read(ref)).toEqual(finished);
  });
});

it('a swap whose answer was lost knows its own work', async () => {
  const lossy = ledgerStore(losingAnswers(tables.client), tables.names.deliveries);
  const ref = aChunk();
  const first = claimBy('me');
  const next = claimBy('me', { prev: '3'.repeat(24), cursor: '6'.repeat(24) });
  expect(await lossy.swap(ref, undefined, first, NOW)).toBe(true);
  expect(await lossy.swap(ref, first, next, NOW)).toBe(true);
  expect(await lossy.swap(ref, first, claimBy('me', { cursor: '9'.repeat(24) }), NOW)).toBe(false);
  expect(await ledger.read(ref)).toEqual(next);
});

describe('reading', () => {
  it('finds all chunks of an update by number, however many partitions they lie in', async () => {
    const update = `u${++updates}`;
    for (let chunk = 0; chunk < 32; chunk++) {
      await ledger.swap(
        { page: 'batch', update, channel: 'sms', chunk, of: 32 },
        undefined,
        claimBy(`o${chunk}`),
        NOW,
      );
    }
    const entries = await ledger.readAll('batch', update, 'sms', 32);
    expect([...entries].sort(([a], [b]) => a - b).map(([chunk, { owner }]) => [chunk, owner])).toEqual(
      Array.from({ length: 32 }, (_, chunk) => [chunk, `o${chunk}`]),
    );
    expect(await ledger.readAll('batch', update, 'email', 32)).toEqual(new Map());
    expect(await ledger.readAll('other', update, 'sms', 32)).toEqual(new Map());
  });

  it('finds the same chunk in several updates, and leaves out those that have none', async () => {
    const refs = [aChunk(), aChunk(), aChunk()];
    const [first, , third] = refs;
    if (first) await ledger.swap(first, undefined, claimBy('first'), NOW);
    if (third) await ledger.swap(third, undefined, claimBy('third'), NOW);
    const found = await ledger.readMany(refs);
    expect([...found.values()].map(({ owner }) => owner).sort()).toEqual(['first', 'third']);
    expect(found.get(first?.update ?? '')?.owner).toBe('first');
    expect(await ledger.readMany([])).toEqual(new Map());
  });
});
