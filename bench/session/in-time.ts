/** Thrown by a run that took longer than it may. Its session can only be closed. */
export class DidNotFinish extends Error {
  override readonly name = 'DidNotFinish';
}

/** Does the work, or rejects after `limitMs`. The work is told by the signal that it is not waited for any more. */
export async function inTime<T>(
  what: string,
  limitMs: number,
  work: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new DidNotFinish(`${what}: not in ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work(over.signal), late.promise]);
  } finally {
    over.abort();
    clearTimeout(timer);
  }
}
