import { contender } from '../contenders/contenders.ts';
import { figure } from '../report/table.ts';
import { type Figures, openSession } from '../session.ts';
import { measure, type Part } from './part.ts';

const STOPPED_AFTER_MS = 45_000;

/** From a thousand to a million subscribers: time to plan, memory of a sender, time to the last. */
export const sizes: Part = async (surroundings) => {
  const { engines, built, quick, progress } = surroundings;
  const ours = contender('ours');
  const all = quick ? [1_000, 20_000] : [1_000, 100_000, 1_000_000];
  const rows: string[][] = [];
  const figures: Figures[] = [];
  for (const size of all) {
    const what = `${figure(size)} subscribers`;
    const f =
      size >= 100_000
        ? await once(size, what)
        : await measure(surroundings, what, quick ? 1 : 3, { contender: ours, rows: size });
    figures.push(f);
    rows.push([
      f.told < size ? `${what}, stopped after ${STOPPED_AFTER_MS / 1_000} s` : what,
      figure(f.planMs),
      figure(f.planCpuMs),
      figure(f.firstMs),
      figure(f.lastMs / 1_000),
      figure(f.perSecond),
      figure(f.peakRssMb),
    ]);
  }
  const [, limited] = figures;
  if (limited === undefined) throw new Error('Expected figures of the second size');
  const unbounded = await openSession({
    engines,
    built,
    contender: ours,
    rows: all[1] ?? 0,
    nodeOptions: '',
    stopAfterMs: STOPPED_AFTER_MS,
    onProgress: (told) => progress('without limits on the heap', told / (all[1] ?? 1)),
  });
  const free = await unbounded.run();
  progress('without limits on the heap', 1);
  await unbounded.close();
  const naive: string[] = [];
  for (const name of ['A', 'B'] as const) {
    const size = quick ? 2_000 : 10_000;
    const f = await planOnly(name, size);
    naive.push(`${name} ${figure(f)} ms for ${figure(size)}`);
  }

  return {
    figures: { sizes: figures, withoutLimits: free, naivePlanners: naive },
    tables: [
      {
        id: 'sizes',
        title: 'From a thousand to a million subscribers by email',
        columns: ['', 'plan ms', 'plan CPU ms', 'first ms', 'last s', 'emails/s', 'sender peak MB'],
        rows,
        notes: [
          `Without limits on V8's heap a sender takes ${figure(free.peakRssMb)} MB for the ${figure(all[1] ?? 0)}, ${figure(free.sendCpuMs / free.told)} ms of processor time each instead of ${figure(limited.sendCpuMs / limited.told)}.`,
          `Planners that read everybody: ${naive.join(', ')}.`,
        ],
      },
    ],
  };

  /** One run, not to its end: memory does not grow after that. */
  async function once(size: number, what: string) {
    const session = await openSession({
      engines,
      built,
      contender: ours,
      rows: size,
      stopAfterMs: STOPPED_AFTER_MS,
      onProgress: (told) => progress(what, told / size),
    });
    try {
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
