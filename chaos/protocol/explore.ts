import type { Step } from './model.ts';

export interface Explored {
  readonly states: number;
  readonly steps: number;
  /** States in which nothing is left to do. */
  readonly ends: number;
  /** What was found wrong, each with the shortest way there. */
  readonly wrong: readonly { readonly what: string; readonly way: readonly string[] }[];
}

interface Model<S> {
  readonly initial: S;
  readonly next: (state: S) => readonly Step<S>[];
  /** What must not be, undefined when all is well. */
  readonly object: (state: S) => string | undefined;
  readonly isEnd: (state: S) => boolean;
}

/** Violations after which there is no point in going on. */
const ENOUGH = 5;

/**
 * Goes through all states that can be reached, breadth first, each once. Wrong is a state that the model objects to, and one
 * from which no end can be reached any more: stuck, or going round for ever.
 */
export function explore<S>({ initial, next, object, isEnd }: Model<S>): Explored {
  const ids = new Map<string, number>();
  const states: S[] = [];
  const origin: { readonly from: number; readonly step: string }[] = [];
  const before: number[][] = [];
  const ends: number[] = [];
  const wrong: { what: string; way: string[] }[] = [];
  let steps = 0;

  function visit(state: S, from: number, step: string): void {
    const key = JSON.stringify(state);
    const known = ids.get(key);
    if (known !== undefined) {
      before[known]?.push(from);
      return;
    }
    const id = states.push(state) - 1;
    ids.set(key, id);
    origin.push({ from, step });
    before.push([from]);
    const what = object(state);
    if (what !== undefined) wrong.push({ what, way: wayTo(id) });
  }

  function wayTo(id: number): string[] {
    const way: string[] = [];
    for (let at = id; at > 0; at = origin[at]?.from ?? 0) way.unshift(origin[at]?.step ?? '');
    return way;
  }

  visit(initial, 0, '');
  for (let id = 0; id < states.length && wrong.length < ENOUGH; id++) {
    const state = states[id] as S; // id is below the length
    if (isEnd(state)) ends.push(id);
    for (const { name, to } of next(state)) {
      steps++;
      visit(to, id, name);
    }
  }
  if (wrong.length === 0) {
    const hopeful = new Set(ends);
    for (const id of hopeful) for (const from of before[id] ?? []) hopeful.add(from);
    for (let id = 0; id < states.length && wrong.length < ENOUGH; id++) {
      if (!hopeful.has(id)) wrong.push({ what: 'no end can be reached', way: wayTo(id) });
    }
  }
  return { states: states.length, steps, ends: ends.length, wrong };
}
