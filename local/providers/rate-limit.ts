export interface RateLimit {
  /** Takes `cost` tokens. Returns 0 when granted, else the milliseconds until the next call is granted. */
  take(key: string, cost?: number): number;
}

/**
 * A token bucket per key. A call is granted while one whole token is left, even when it costs more: so SES does
 * it ("lets a call pass if any quota remains"), and the debt is paid before the next one.
 */
export function createRateLimit(perSecond: number, burst: number, now = () => performance.now()): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(key, cost = 1) {
      const time = now();
      const bucket = buckets.get(key) ?? { tokens: burst, at: time };
      bucket.tokens = Math.min(burst, bucket.tokens + ((time - bucket.at) / 1000) * perSecond);
      bucket.at = time;
      buckets.set(key, bucket);
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / perSecond) * 1000);
      bucket.tokens -= cost;
      return 0;
    },
  };
}
