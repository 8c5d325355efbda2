/** Time that jumps to the next thing that somebody waits for, as soon as everybody waits. */
export interface VirtualTime {
  now(): number;
  wait(ms: number): Promise<void>;
  /** Runs what was started until `isOver`, or until nobody waits for anything. */
  run(isOver: () => boolean): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

export function virtualTime(startsAt: number): VirtualTime {
  let now = startsAt;
  let order = 0;
  const sleepers: Sleeper[] = [];

  const isBefore = (a: Sleeper, b: Sleeper) => a.at < b.at || (a.at === b.at && a.order < b.order);

  function push(sleeper: Sleeper): void {
    let index = sleepers.push(sleeper) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = sleepers[parent] as Sleeper; // inside the heap
      if (!isBefore(sleeper, above)) break;
      sleepers[index] = above;
      index = parent;
    }
    sleepers[index] = sleeper;
  }

  function pop(): Sleeper | undefined {
    const first = sleepers[0];
    const last = sleepers.pop();
    if (first === undefined || last === undefined || sleepers.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const right = sleepers[child + 1];
      const left = sleepers[child];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child++;
      const least = sleepers[child] as Sleeper; // inside the heap
      if (!isBefore(least, last)) break;
      sleepers[index] = least;
      index = child;
    }
    sleepers[index] = last;
    return first;
  }

  return {
    now: () => now,
    wait: (ms) =>
      new Promise((wake) => {
        push({ at: now + Math.max(0, ms), order: order++, wake });
      }),
    async run(isOver) {
      for (;;) {
        // Everything that can go on without time passing does so first.
        await new Promise((resolve) => setImmediate(resolve));
        if (isOver()) return;
        const next = pop();
        if (next === undefined) return;
        now = Math.max(now, next.at);
        next.wake();
        while (sleepers[0] !== undefined && sleepers[0].at === now) pop()?.wake();
      }
    },
  };
}
