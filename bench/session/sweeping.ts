import { setTimeout as sleep } from 'node:timers/promises';
import type { ContenderProcess } from '../process/fork-contender.ts';

const MINUTE_MS = 60_000;

/** Runs a contender's sweeper every minute of its own clock. */
export function startSweeping(sweeper: ContenderProcess, clockSpeed: number) {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await sweeper.ask({ ask: 'plan', update: '' }).catch(() => undefined);
      await sleep(MINUTE_MS / clockSpeed, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    /** The line with which the sweeper closed an update, once it has. */
    closingOf: (update: string) =>
      sweeper.lines.find((line) => line.includes('"receipt.closed"') && line.includes(`"${update}"`)),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
