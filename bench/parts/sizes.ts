import { contender } from '../contenders/contenders.ts';
import { figure } from '../report/table.ts';
import type { Figures } from '../session/figures.ts';
import { openSession } from '../session/session.ts';
import type { Part } from './part.ts';

const STOPPED_AFTER_MS = 45_000;

/** Told first by each session, and not measured: caches are filled, and code is compiled. */
const WARM_UP = 1_000;

/** From a thousand to a million subscribers: time to plan, time to the last, and memory of a sender with and without limits on its heap. */
export const sizes: Part = async ({ engines, built, quick, progress }) => {
  const all = quick ? [1_000, 20_000] : [1_000, 100_000, 1_000_000];
  const figures: Figures[] = [];
  const withoutLimits: Figures[] = [];
  const rows: string[][] = [];
  for (const size of all) {
    const what = `${figure(size)} subscribers`;
    const f = await measureSize(size, what);
    const free = await measureSize(size, `${what}, no limits on the heap`, '');
    figures.push(f);
    withoutLimits.push(free);
    rows.push([
      f.told < size ? `${what}, stopped after ${STOPPED_AFTER_MS / 1_000} s` : what,
      figure(f.planMs),
      figure(f.planCpuMs),
      figure(f.firstMs),
      figure(f.lastMs / 1_000),
      figure(f.perSecond),
      figure(f.peakRssMb),
      figure(free.peakRssMb),
    ]);
  }
  const naive: string[] = [];
  for (const name of ['A', 'B'] as const) {
    const size = quick ? 2_000 : 10_000;
    naive.push(`${name} ${figure(await planOnly(name, size))} ms for ${figure(size)}`);
  }
  const cpu = (of: readonly Figures[]) => {
    const last = of.at(-1);
    return last ? figure(last.sendCpuMs / last.told) : '-';
  };

  return {
    figures: { sizes: figures, withoutLimits, naivePlanners: naive },
    tables: [
      {
        id: 'sizes',
        title: 'From a thousand to a million subscribers by email, one run each',
        columns: [
          '',
          'plan ms',
          'plan CPU ms',
          'first ms',
          'last s',
          'emails/s',
          'sender peak MB',
          'without `NODE_OPTIONS`',
        ],
        rows,
        notes: [
          `Processor time of the senders for each of the most: ${cpu(figures)} ms, without limits on the heap ${cpu(withoutLimits)} ms.`,
          `Planners that read everybody: ${naive.join(', ')}.`,
        ],
      },
    ],
  };

  /** One run of fresh processes; of many subscribers not to its end: memory does not grow after that. */
  async function measureSize(size: number, what: string, nodeOptions?: string): Promise<Figures> {
    const session = await openSession({
      engines,
      built,
      contender: contender('ours'),
      rows: WARM_UP,
      stopAfterMs: STOPPED_AFTER_MS,
      ...(nodeOptions !== undefined && { nodeOptions }),
      onProgress: (told) => progress(what, told / size),
    });
    try {
      await session.run();
      await session.resize(size);
      return await session.run();
    } finally {
      progress(what, 1);
      await session.close();
    }
  }

  /** Of a planner alone: its messages are left lying. */
  async function planOnly(name: 'A' | 'B', size: number): Promise<number> {
    const session = await openSession({ engines, built, contender: contender(name), rows: size, senders: 0 });
    try {
      return await session.plan();
    } finally {
      await session.close();
    }
  }
};
