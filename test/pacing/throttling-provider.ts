/** A provider that counts: so many deliveries a second, a second's worth at once, and a refusal beyond. */
export interface ThrottlingProvider {
  /** Whether it takes a call of so many. Like SES it passes a call while any quota is left, and the debt is paid first. */
  takes(deliveries: number, now: number): boolean;
  readonly calls: () => number;
  readonly throttled: () => number;
  /** Instants at which deliveries were accepted, with how many. */
  readonly accepted: readonly { readonly at: number; readonly deliveries: number }[];
}

export function throttlingProvider(perSecond: number): ThrottlingProvider {
  const accepted: { at: number; deliveries: number }[] = [];
  let left = Math.max(1, perSecond);
  let at = Number.NEGATIVE_INFINITY;
  let calls = 0;
  let throttled = 0;
  return {
    takes(deliveries, now) {
      calls++;
      if (at > Number.NEGATIVE_INFINITY) {
        left = Math.min(Math.max(1, perSecond), left + ((now - at) / 1_000) * perSecond);
      }
      at = now;
      if (left < 1) {
        throttled++;
        return false;
      }
      left -= deliveries;
      accepted.push({ at: now, deliveries });
      return true;
    },
    calls: () => calls,
    throttled: () => throttled,
    accepted,
  };
}
