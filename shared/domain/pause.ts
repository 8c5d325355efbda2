import { pauseAfter } from './retry.ts';
import type { Instant, Millis } from './time.ts';

/** While a pause lasts, nobody calls in its scope. The back-off grows in one place, for all who wait. */
export interface Pause {
  readonly until: Instant;
  /** Refusals in a row. */
  readonly attempt: number;
  /** Who wrote it: random per writing, so that two who write in the same instant are told apart. */
  readonly by: string;
}

/** The pause after another refusal. */
export function lengthen(
  pause: Pause | undefined,
  asked: Millis,
  { now, random, by }: { now: Instant; random: number; by: string },
): Pause {
  const attempt = (pause?.attempt ?? 0) + 1;
  return { until: Math.max(pause?.until ?? 0, now + pauseAfter(attempt, asked, random)), attempt, by };
}

/** The pause while one worker tries whether the provider answers again; the others wait for what it finds. */
export function probing(pause: Pause, by: string, now: Instant, probeMs: Millis): Pause {
  return { ...pause, until: now + probeMs, by };
}

/** The pause that lasts until then at least. Undefined where it does so already. */
export function pauseUntil(pause: Pause | undefined, until: Instant, by: string): Pause | undefined {
  return pause !== undefined && pause.until >= until
    ? undefined
    : { until, attempt: pause?.attempt ?? 1, by };
}
