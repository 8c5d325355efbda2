import { setTimeout as sleep } from 'node:timers/promises';
import { type AwsCounts, addCounts } from '../engines/counts.ts';
import type { Engines } from '../engines/start-engines.ts';

const POLL_MS = 10;
const LONGEST_MS = 20_000;

/** Waits until the queue is empty, so that acknowledgements are counted, unless the run was `cutShort`; returns what was counted. */
export async function settle(engines: Engines, cutShort: boolean): Promise<AwsCounts> {
  const taken: AwsCounts[] = [];
  for (let waited = 0; ; waited += POLL_MS) {
    const { aws, queued } = await engines.counts();
    taken.push(aws);
    if (queued === 0 || cutShort || waited > LONGEST_MS) break;
    await sleep(POLL_MS);
  }
  await sleep(5 * POLL_MS);
  taken.push((await engines.counts()).aws);
  return taken.reduce(addCounts);
}
