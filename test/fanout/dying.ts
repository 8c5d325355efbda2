import type { AcceptDependencies } from '../../shared/fanout/accept.ts';
import { Crash } from './test-provider.ts';

/** The writes of one accept, in their order: announce, store, place, ring, mark. */
export const WRITES = 5;

export interface Death {
  /** Which write is the last, counted from 1. */
  readonly write: number;
  /** Whether it still takes effect. */
  readonly when: 'before' | 'after';
}

/** Every way to die in an accept. */
export const DEATHS: readonly Death[] = Array.from({ length: WRITES }, (_, index) => index + 1).flatMap(
  (write) => [
    { write, when: 'before' },
    { write, when: 'after' },
  ],
);

/**
 * What an accept works with, in a process that dies at one of its writes: from there on nothing that it asks for
 * happens, whatever it catches.
 */
export function dying(deps: AcceptDependencies, death: Death): AcceptDependencies {
  let writes = 0;
  let dead = false;
  const alive = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (dead) throw new Crash('dead');
      return act(...args);
    };
  };
  const write = <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    alive(async (...args: A): Promise<R> => {
      const dies = ++writes === death.write;
      if (dies) dead = true;
      if (dies && death.when === 'before') throw new Crash('before a write');
      const result = await act(...args);
      if (dies) throw new Crash('after a write');
      return result;
    });
  const { pages, updates, incidents, doorbells } = deps;
  return {
    ...deps,
    pages: { get: alive(pages.get) },
    updates: {
      get: alive(updates.get),
      getMany: alive(updates.getMany),
      putNew: write(updates.putNew),
      markEnqueued: write(updates.markEnqueued),
    },
    incidents: { get: alive(incidents.get), change: write(incidents.change) },
    activity: { note: write(deps.activity.note) },
    doorbells: { ring: write(doorbells.ring) },
  };
}
