import type { Mutant } from './mutant.ts';
import { CHUNK, ORDER, OUTAGE, PROMISES, SWAPS } from './notice.ts';

const chunk = 'shared/domain/chunk.ts';
const work = 'shared/fanout/deliver/work-chunk.ts';
const window = 'shared/fanout/deliver/next-window.ts';
const tell = 'shared/fanout/deliver/tell.ts';
const swap = 'shared/store/compare-and-swap.ts';

/** Guards of who works on what: a chunk is told by one owner at a time, and what was written is never written over. */
export const CLAIMS: readonly Mutant[] = [
  // The chunk's entry.
  {
    name: 'a-live-lease-is-free',
    file: chunk,
    guard: "if (entry.leaseUntil > now) return 'claimed';",
    instead: '',
    by: CHUNK,
  },
  {
    name: 'an-abandoned-window-is-no-doubt',
    file: chunk,
    guard: "return entry.prev === entry.cursor ? 'resting' : 'abandoned';",
    instead: "return 'resting';",
    by: CHUNK,
  },
  {
    name: 'work-goes-on-before-the-window',
    file: chunk,
    guard: 'return entry === undefined ? low : entry.cursor;',
    instead: 'return entry === undefined ? low : entry.prev;',
    by: CHUNK,
  },
  {
    name: 'a-window-given-back-is-settled',
    file: chunk,
    guard: 'return { ...entry, cursor: entry.prev, leaseUntil: now };',
    instead: 'return { ...entry, prev: entry.cursor, leaseUntil: now };',
    by: ORDER,
  },
  {
    name: 'counts-start-anew',
    file: chunk,
    guard: 'told: entry.counts.told + tally.told,',
    instead: 'told: tally.told,',
    by: CHUNK,
  },
  // Conditions of writes.
  {
    name: 'a-first-write-replaces',
    file: swap,
    guard: "if (expected === 'absent') return { ConditionExpression: 'attribute_not_exists(pk)' };",
    instead: "if (expected === 'absent') return {};",
    by: SWAPS,
  },
  {
    name: 'own-work-is-not-recognised',
    file: swap,
    guard: 'return Item !== undefined && isOwn(Item as T);',
    instead: 'return Item === undefined && isOwn(Item as never);',
    by: SWAPS,
  },
  {
    name: 'whose-work-does-not-matter',
    file: swap,
    guard: 'return Item !== undefined && isOwn(Item as T);',
    instead: 'return Item !== undefined;',
    by: SWAPS,
  },
  {
    name: 'the-ledger-has-no-fence',
    file: 'shared/store/ledger.ts',
    guard: '? { owner: seen.owner, cursor: seen.cursor, leaseUntil: seen.leaseUntil, done: false }',
    instead: '? { done: false }',
    by: ORDER,
  },
  {
    name: 'a-row-has-no-fence',
    file: 'shared/store/exceptions.ts',
    guard: 'const expected = { state, attempt, nextAt, overtaken };',
    instead: 'const expected = { neverThere: undefined };',
    by: ORDER,
  },
  {
    name: 'incidents-have-no-version',
    file: 'shared/store/versioned-items.ts',
    guard: "const expected = found ? { version: found.version } : 'absent';",
    instead: "const expected = found ? { neverThere: undefined } : 'absent';",
    by: ORDER,
  },
  // Working on a chunk.
  {
    name: 'a-lost-claim-is-told',
    file: 'shared/fanout/deliver/held-chunk.ts',
    guard: 'const claimed = await swap(claimedUpTo(cursor, clock.now()));',
    instead:
      'const next = claimedUpTo(cursor, clock.now());\n      const claimed = (await swap(next)) ?? next;',
  },
  {
    name: 'a-call-outlives-its-lease',
    file: work,
    guard: 'if (fresh === undefined || timeToCall < sizing.callTimeoutMs + MARGIN) {',
    instead: 'if (fresh === undefined) {',
    by: PROMISES,
  },
  {
    name: 'retries-are-not-waited-for',
    file: work,
    guard: 'if (wait > 0) return letGo(wait);',
    instead: '',
    by: ORDER,
  },
  {
    name: 'what-was-read-stays-fresh',
    file: window,
    guard: 'now() - fresh.readAt > FRESH;',
    instead: 'now() - fresh.readAt > Number.POSITIVE_INFINITY;',
    by: PROMISES,
  },
  {
    name: 'a-doubt-is-not-recorded',
    file: 'shared/fanout/deliver/record-doubt.ts',
    guard: 'const called = concerned.filter((row) => !skipped(row));',
    instead: 'const called = concerned.filter(() => false);',
  },
  {
    name: 'failures-are-not-written-down',
    file: tell,
    guard: 'await Promise.all(rows.map((row) => deps.exceptions.putNew(ref, row, now)));',
    instead: '',
  },
  {
    name: 'refused-counts-as-told',
    file: tell,
    guard:
      "if (outcomes.length > 0 && outcomes.every(refusesSender)) return { kind: 'refused', afterMs: pauseMs };",
    instead: '',
    by: OUTAGE,
  },
  {
    name: 'the-overtaken-are-forgotten',
    file: window,
    guard: 'if (skips?.(row)) skipped++;',
    instead: 'if (skips) skipped++;',
    by: ORDER,
  },
];
