import type { Counter, LimitStore } from '../../shared/store/limits.ts';

/** The counters in memory, for floods that the engine would take minutes for. Held to the store's rules by `limits.test.ts`. */
export function memoryLimits(): LimitStore & { readonly writes: () => number } {
  const counts = new Map<string, number>();
  let writes = 0;
  const windowOf = ({ windowMs }: Counter, now: number) => Math.floor(now / windowMs) * windowMs;
  const keyOf = (counter: Counter, now: number) =>
    `${counter.name}#${counter.subject}#${counter.most === 1 ? 'last' : windowOf(counter, now)}`;
  const isFull = (counter: Counter, now: number) => {
    const held = counts.get(keyOf(counter, now));
    if (counter.most === 1) return held !== undefined && held > now - counter.windowMs;
    return (held ?? 0) >= counter.most;
  };
  const full = (counter: Counter, now: number) =>
    ({ kind: 'full', name: counter.name, until: windowOf(counter, now) + counter.windowMs }) as const;
  return {
    async take(counters, now) {
      for (const counter of counters) {
        if (isFull(counter, now)) return full(counter, now);
        const key = keyOf(counter, now);
        counts.set(key, counter.most === 1 ? now : (counts.get(key) ?? 0) + 1);
        writes++;
      }
      return { kind: 'taken' };
    },
    async giveBack(counters, now) {
      for (const counter of counters) {
        const key = keyOf(counter, now);
        const held = counts.get(key) ?? 0;
        if (counter.most === 1 && held === now) counts.delete(key);
        if (counter.most > 1 && held > 0) counts.set(key, held - 1);
      }
    },
    async look(counters, now) {
      const used = counters.find((counter) => isFull(counter, now));
      return used === undefined ? { kind: 'taken' } : full(used, now);
    },
    writes: () => writes,
  };
}
