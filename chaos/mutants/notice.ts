import type { Attempt } from './attempt.ts';

/** Experiments that notice some mutants sooner than the usual ones, each with as much work as it takes. */
export const ORDER: Attempt = ['order', '--scale', '0.2'];
export const PEOPLE: Attempt = ['interleavings', '--scale', '0.5'];
export const QUEUES: Attempt = ['queues', '--scale', '0.4'];
export const OUTAGE: Attempt = ['outage', '--scale', '0.22'];

/** Tests of the chunk's transitions by themselves, and of the one way in which all stores write. */
export const CHUNK: Attempt = ['test/domain/chunk.test.ts'];
export const SWAPS: Attempt = ['test/store/compare-and-swap.test.ts'];

/** What each guard promises by itself, where a run would add up without it. */
export const PROMISES: Attempt = ['test/chaos/promises.test.ts'];

/** Tried in turn until one notices: the shortest first. */
export const USUAL: readonly Attempt[] = [
  ['queues', '--scale', '0.1'],
  ['states'],
  ['order', '--scale', '0.1'],
  ['faults', '--scale', '0.1'],
  ['interleavings', '--scale', '0.2'],
];
