import { createWaits, type WaitStore } from '../../../shared/channels/slack/waits.ts';
import type { Pause } from '../../../shared/domain/pause.ts';

/** Waits as the sender shares them with other processes, without the table. `marks` are by scope. */
export function memoryWaits(now: () => number) {
  const marks = new Map<string, Pause>();
  let ids = 0;
  const store: WaitStore = {
    readMany: async (_, scopes) => new Map([...marks].filter(([scope]) => scopes.includes(scope))),
    async swap(_, scope, seen, next) {
      if (marks.get(scope)?.by !== seen?.by) return false;
      marks.set(scope, next);
      return true;
    },
    clear: async (_, scope) => void marks.delete(scope),
  };
  return { marks, ...createWaits({ store, now, random: () => 0, newId: () => `by-${++ids}` }) };
}
