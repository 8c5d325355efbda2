import type { Instant, Millis } from '../../shared/domain/time.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { type Random, seededRandom } from './random.ts';

/** When the seed's outage began: a fixed beginning, so that every run can be repeated. */
export const BEGINNING: Instant = Date.UTC(2021, 9, 13, 7, 26);

/** What happens next, and when. */
interface Event {
  readonly at: Instant;
  readonly order: number;
  readonly happen: () => void;
}

export type Simulation = ReturnType<typeof createSimulation>;

/**
 * Virtual time. Things happen one after the other, each at its instant, and between two of them all code runs until it waits
 * for a third: a run is decided by its seed alone, and an hour takes as long as what happens in it.
 */
export function createSimulation(seed: number) {
  const random: Random = seededRandom(seed);
  const clockRandom: Random = seededRandom(seed ^ 0x5eed);
  const events: Event[] = [];
  let now = BEGINNING;
  let order = 0;
  let ids = 0;

  const clock: Clock = {
    now: () => now,
    random: clockRandom,
    newId: () => `id${++ids}`,
    newSecret: () => `secret${++ids}`,
    newCode: () => String(++ids % 1_000_000).padStart(6, '0'),
  };

  function at(instant: Instant, happen: () => void): void {
    push(events, { at: Math.max(now, instant), order: order++, happen });
  }

  return {
    clock,
    /** Chance of the world: journeys, shuffles, faults. The product's own is `clock.random`. */
    random,
    at,
    after: (ms: Millis, happen: () => void) => at(now + ms, happen),
    sleep: (ms: Millis) => new Promise<void>((resolve) => at(now + ms, resolve)),

    /** Runs until `isOver`, or throws when nothing is left to happen or `longest` has passed. */
    async run(isOver: () => boolean, longest: Millis): Promise<void> {
      const until = now + longest;
      await settled();
      while (!isOver()) {
        const next = pop(events);
        if (next === undefined)
          throw new Error('Expected the run to come to its end, got nothing left to happen');
        if (next.at > until) throw new Error(`Expected the run to come to its end within ${longest} ms`);
        now = next.at;
        next.happen();
        await settled();
      }
    },
  };
}

/** Lets all code run until it waits for an event: promises are through before `setImmediate` calls back. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Puts an event into a binary heap, the earliest at its top. */
function push(heap: Event[], event: Event): void {
  let index = heap.length;
  heap.push(event);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(event, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = event;
}

function pop(heap: Event[]): Event | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    const left = heap[below];
    if (left === undefined) break;
    const right = heap[below + 1];
    if (right !== undefined && isBefore(right, left)) below++;
    const child = heap[below];
    if (child === undefined || !isBefore(child, last)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
  return top;
}
