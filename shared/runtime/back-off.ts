import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../domain/time.ts';
import { type Clock, systemClock } from './clock.ts';

const SHORTEST: Millis = 10;
const LONGEST: Millis = 500;

/**
 * A wait before the next of many rounds, counted from 0: at random up to a bound that doubles each round (full jitter), so that those
 * who were in each other's way come apart. (Source: AWS Architecture Blog, "Exponential Backoff And Jitter".)
 */
export function fullJitter({ random }: Pick<Clock, 'random'> = systemClock) {
  return async (round: number): Promise<void> => {
    await sleep(random() * Math.min(LONGEST, SHORTEST * 2 ** round));
  };
}
