import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/runtime/clock.ts';
import { T0 } from '../domain/builders.ts';

/** A clock that moves only when it is told to, with chance from a seed. */
export interface VirtualClock extends Clock {
  advance(ms: number): void;
  advanceTo(instant: number): void;
}

export function virtualClock(seed = 1): VirtualClock {
  let now = T0;
  let ids = 0;
  let state = seed >>> 0;
  return {
    now: () => now,
    random: () => {
      // mulberry32
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
    newId: () => `id-${seed}-${++ids}`,
    newSecret: () => createHash('sha256').update(`secret-${seed}-${++ids}`).digest('base64url'),
    newCode: () => String((seed * 7_919 + ++ids * 104_729) % 1_000_000).padStart(6, '0'),
    advance: (ms) => {
      now += ms;
    },
    advanceTo: (instant) => {
      now = Math.max(now, instant);
    },
  };
}
