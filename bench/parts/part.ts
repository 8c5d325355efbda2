import type { Built } from '../build.ts';
import type { Engines } from '../engines/start-engines.ts';
import type { Chart } from '../report/chart.ts';
import { medianOf } from '../report/median.ts';
import type { Table } from '../report/table.ts';
import type { Figures } from '../session/figures.ts';
import { openSession, type SessionOptions } from '../session/session.ts';

export interface Surroundings {
  readonly engines: Engines;
  readonly built: Built;
  readonly postgresUrl: string | undefined;
  /** The minute-long version: fewer rows, fewer runs. */
  readonly quick: boolean;
  /** Says what is being measured, and how far it is: 0 to 1. */
  readonly progress: (what: string, share: number) => void;
}

export interface PartResult {
  readonly tables: readonly Table[];
  readonly charts?: readonly Chart[];
  /** Everything that was measured, for `--json`. */
  readonly figures: unknown;
}

export type Part = (surroundings: Surroundings) => Promise<PartResult>;

/** Warm-up runs that are thrown away, then the median of `runs`. */
export async function measure(
  { engines, built, postgresUrl, progress }: Surroundings,
  what: string,
  runs: number,
  options: Omit<SessionOptions, 'engines' | 'built' | 'postgresUrl'>,
): Promise<Figures> {
  let done = 0;
  const all = runs + 1;
  const session = await openSession({
    ...options,
    engines,
    built,
    postgresUrl,
    onProgress: (told) => progress(what, (done + told / Math.max(1, options.rows)) / all),
  });
  try {
    await session.run();
    done++;
    const measured: Figures[] = [];
    for (let run = 0; run < runs; run++) {
      measured.push(await session.run());
      done++;
    }
    return medianOf(measured);
  } finally {
    progress(what, 1);
    await session.close();
  }
}
