import { setTimeout as sleep } from 'node:timers/promises';
import type { Engines } from '../engines/start-engines.ts';

export interface Ending {
  readonly engines: Engines;
  readonly expected: number;
  readonly onProgress?: ((told: number) => void) | undefined;
  /** The run is over after this long, however many have been told by then. */
  readonly stopAfterMs?: number | undefined;
  /** Looked at each time; in trouble this alone, and not the number of the told, says that it is over. */
  readonly isThrough?: ((told: number, quietForMs: number) => boolean) | undefined;
}

const POLL_MS = 10;
/** A run that comes no further for this long has lost somebody. */
const STALLED_MS = 20_000;

/** Waits until everybody has been told, or nobody will be any more. */
export async function untilTold(ending: Ending, over: AbortSignal): Promise<void> {
  const { engines, expected, onProgress, stopAfterMs = Number.POSITIVE_INFINITY, isThrough } = ending;
  const startedAt = performance.now();
  let seen = { distinct: 0, repeated: 0 };
  let changedAt = startedAt;
  while (!over.aborted) {
    await sleep(POLL_MS);
    const { distinct, repeated } = await engines.report();
    onProgress?.(distinct);
    const now = performance.now();
    if (distinct !== seen.distinct || repeated !== seen.repeated) changedAt = now;
    seen = { distinct, repeated };
    if (now - startedAt > stopAfterMs) return;
    if (isThrough ? isThrough(distinct, now - changedAt) : distinct >= expected) return;
    if (!isThrough && now - changedAt > STALLED_MS) return;
  }
}
