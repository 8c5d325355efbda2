import { expect, it } from 'vitest';
import type { ChunkEntry } from '../../shared/domain/chunk.ts';
import { outlookOf } from '../../shared/domain/outlook.ts';
import { HOUR, SECOND } from '../../shared/domain/time.ts';
import { T0 } from './builders.ts';

const entry = (cursor: string, told: number, more: Partial<ChunkEntry> = {}): ChunkEntry => ({
  owner: 'me',
  leaseUntil: 0,
  endsAt: 0,
  claimedAt: 0,
  prev: cursor,
  cursor,
  done: false,
  counts: { told, superseded: 0, exceptions: 0 },
  ...more,
});
const facts = { of: 2, rows: 1_000, rate: 10, pausedUntil: undefined, now: T0 };

it('before anybody was told, all rows are taken to match', () => {
  const outlook = outlookOf({ ...facts, entries: new Map() });
  expect(outlook).toEqual({ remaining: 1_000, finishAt: T0 + 100 * SECOND });
});

it('once some were, as many of the others as of those', () => {
  // Half of the first chunk, a quarter of all, held 50 instead of 250.
  const outlook = outlookOf({ ...facts, entries: new Map([[0, entry('400000', 50)]]) });
  expect(outlook).toEqual({ remaining: 150, finishAt: T0 + 15 * SECOND });
});

it('begins when the provider takes calls again', () => {
  const pausedUntil = T0 + HOUR;
  const outlook = outlookOf({ ...facts, entries: new Map(), pausedUntil });
  expect(outlook).toEqual({ remaining: 1_000, pausedUntil, finishAt: pausedUntil + 100 * SECOND });
  expect(outlookOf({ ...facts, entries: new Map(), pausedUntil: T0 })).not.toHaveProperty('pausedUntil');
});

it('without a rate goes by what was told so far, and says nothing without that', () => {
  const told = { firstToldAt: T0 - 20 * SECOND, lastToldAt: T0, done: true };
  const entries = new Map([[0, entry('800000', 500, told)]]);
  expect(outlookOf({ ...facts, rate: undefined, entries })).toEqual({
    remaining: 500,
    finishAt: T0 + 20 * SECOND,
  });
  expect(outlookOf({ ...facts, rate: undefined, entries: new Map() })).toEqual({ remaining: 1_000 });
});

it('leaves nothing when all chunks are done, whatever the count of subscribers says', () => {
  const entries = new Map([
    [0, entry('800000', 3, { done: true })],
    [1, entry('g', 4, { done: true })],
  ]);
  expect(outlookOf({ ...facts, entries })).toEqual({ remaining: 0 });
});
