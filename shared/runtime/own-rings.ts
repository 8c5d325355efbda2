import { MAX_DELAY_SECONDS } from '../deployment/channels.ts';
import { type Instant, SECOND } from '../domain/time.ts';
import type { Ring } from '../fanout/plan.ts';

/** Doorbells on their way that one process remembers. Whatever is forgotten is rung once too often, which is harmless. */
const MOST_REMEMBERED = 10_000;

/**
 * What one process has rung and nobody can have heard yet. A queue that gives out a message twice would double whatever waits at each of
 * its turns: the second copy is dropped where the first has already been rung anew (decision 46).
 *
 * Promised: a ring is covered only by one that the queue has taken and that comes no later. Not promised: that other processes know of it.
 */
export interface OwnRings {
  /** Whether a doorbell that this process has rung comes by then, so that no other is needed. */
  covers(ring: Ring): boolean;
  /** Remembers rings that the queue has taken. */
  remember(rings: readonly Ring[]): void;
}

export function ownRings(now: () => Instant): OwnRings {
  const comesAt = new Map<string, Instant>();

  /** As the queue delays it: in whole seconds, and at most so many. */
  function timeOf({ delayMs }: Ring): Instant {
    return now() + Math.min(MAX_DELAY_SECONDS, Math.ceil(delayMs / SECOND)) * SECOND;
  }

  function forgetHeard(): void {
    for (const [name, at] of comesAt) if (at <= now()) comesAt.delete(name);
    if (comesAt.size > MOST_REMEMBERED) comesAt.clear();
  }

  return {
    covers(ring) {
      const at = comesAt.get(nameOf(ring)) ?? 0;
      return at > now() && at <= timeOf(ring);
    },
    remember(rings) {
      for (const ring of rings) comesAt.set(nameOf(ring), timeOf(ring));
      if (comesAt.size > MOST_REMEMBERED) forgetHeard();
    },
  };
}

/** The soonest of each doorbell. */
export function soonestOfEach(rings: readonly Ring[]): readonly Ring[] {
  const soonest = new Map<string, Ring>();
  for (const ring of rings) {
    const known = soonest.get(nameOf(ring));
    if (known === undefined || ring.delayMs < known.delayMs) soonest.set(nameOf(ring), ring);
  }
  return [...soonest.values()];
}

const nameOf = ({ doorbell: { page, incident, update, channel, chunk, of } }: Ring) =>
  JSON.stringify([page, incident, update, channel, chunk, of]);
