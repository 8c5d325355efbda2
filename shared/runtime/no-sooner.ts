import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../domain/time.ts';

/**
 * What `work` gives, after `ms` at the earliest: how long it took is then nothing that a stranger can learn from. A failure
 * waits as long.
 */
export async function noSooner<T>(ms: Millis, work: () => Promise<T>): Promise<T> {
  const [result] = await Promise.allSettled([work(), sleep(ms)]);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
