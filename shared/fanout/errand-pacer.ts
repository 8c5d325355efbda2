import type { Channel } from '../domain/channel.ts';
import { type RateSource, rateNow, reserveErrand, UNUSED } from '../domain/pace.ts';
import { type Millis, SECOND } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PaceStore } from '../store/paces.ts';

export interface ErrandPacerDependencies {
  readonly paces: Pick<PaceStore, 'read' | 'swap'>;
  readonly clock: Pick<Clock, 'now' | 'newId'>;
  readonly sourceOf: (channel: Channel) => RateSource;
}

/** Rounds of read, reserve, swap. */
const MAX_ROUNDS = 20;

/**
 * The pace of what is about no incident: confirmations, codes, links. Reserves one message of the channel's rate and returns 0, or how long
 * to wait before asking again. A part of the rate is kept for these, so that a fan-out does not hold up a sign-up; and what they
 * take is taken from the fan-out's next reservation, so that a flood of sign-ups does not make the provider throttle.
 */
export function createErrandPacer({ paces, clock, sourceOf }: ErrandPacerDependencies) {
  return async (channel: Channel): Promise<Millis> => {
    const source = sourceOf(channel);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const seen = await paces.read(channel);
      const now = clock.now();
      const rate = rateNow(seen, source, now);
      if (rate === undefined) return 0;
      const reserved = reserveErrand(seen ?? UNUSED, rate, now);
      if (reserved.kind === 'later') return reserved.afterMs;
      const next = { ...reserved.pace, by: clock.newId() };
      if (await paces.swap(channel, seen, next, now)) return 0;
    }
    return SECOND;
  };
}
