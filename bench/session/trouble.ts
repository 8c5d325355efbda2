import { seededRandom } from '../../chaos/world/random.ts';
import type { ContenderProcess } from '../process/fork-contender.ts';

/** What goes wrong, the same for every contender. */
export interface Trouble {
  /** Every so many batches one is given to two senders at the same time. */
  readonly repeatEvery: number;
  /** Senders that are killed while they work, at shares of the work and in an order that `seed` decides. */
  readonly kills: number;
  readonly seed: number;
  /** How many times as fast the functions' clocks run. */
  readonly clockSpeed: number;
  /** A contender that does not say when it is through is through once nothing has happened for this long. */
  readonly quietMs: number;
}

/** The senders of a run, some of which are killed on the way and replaced. */
export interface Senders {
  /** The process that works in this place now. */
  at(place: number): ContenderProcess | undefined;
  /** Ends the process in this place where it stands, and begins to start another. */
  replace(place: number): void;
  /** Whether the process in this place has something in work. */
  isBusy(place: number): boolean;
}

/** Kills senders as the work goes on. Call with the part of it that is done; each kill takes a sender that is busy, where one is. */
export function killing({ kills, seed }: Trouble, places: number, senders: Senders) {
  const random = seededRandom(seed);
  const shares = Array.from({ length: kills }, random).sort((a, b) => a - b);
  return (done: number): void => {
    const [next] = shares;
    const alive = Array.from({ length: places }, (_, place) => place).filter((place) => senders.at(place));
    if (next === undefined || done <= next || alive.length === 0) return;
    const busy = alive.filter((place) => senders.isBusy(place));
    const candidates = busy.length > 0 ? busy : alive;
    const victim = candidates[Math.floor(random() * candidates.length)];
    if (victim !== undefined) senders.replace(victim);
    shares.shift();
  };
}
