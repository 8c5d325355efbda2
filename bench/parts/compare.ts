import { availableParallelism } from 'node:os';
import { CONTENDERS } from '../contenders/contenders.ts';
import { awsCallsPerNotification, costPerMillion } from '../cost.ts';
import type { Chart } from '../report/chart.ts';
import { figure, times } from '../report/table.ts';
import type { Figures } from '../session/figures.ts';
import { DidNotFinish } from '../session/in-time.ts';
import { measure, type Part } from './part.ts';

/** All contenders over the same subscribers, one after the other; ours once more at a size that the others take minutes for. */
export const compare: Part = async (surroundings) => {
  const { quick, postgresUrl } = surroundings;
  const rows = quick ? 500 : 2_000;
  const large = quick ? 10_000 : 100_000;
  const runs = quick ? 1 : 5;
  const running = CONTENDERS.filter(({ name }) => name !== 'postgres' || postgresUrl !== undefined);
  const measured: { title: string; figures: Figures; calls: number; cost: number }[] = [];
  const unfinished: string[] = [];
  for (const contender of running) {
    try {
      const figures = await measure(surroundings, contender.title, runs, { contender, rows });
      const title =
        contender.name === 'ours' ? `${contender.title}, ${figure(rows)} subscribers` : contender.title;
      measured.push(describe(title, figures, contender));
    } catch (error) {
      if (!(error instanceof DidNotFinish)) throw error;
      unfinished.push(contender.title);
    }
  }
  const [ours] = CONTENDERS;
  if (ours === undefined) throw new Error('Expected ourselves among the contenders');
  const figures = await measure(surroundings, `${ours.title}, ${figure(large)}`, Math.min(3, runs), {
    contender: ours,
    rows: large,
  });
  const atLarge = describe(`incident-fanout, ${figure(large)} subscribers`, figures, ours);
  const [first] = measured;
  if (first === undefined) throw new Error('Expected figures of ours');
  const all = [atLarge, ...measured];
  const cpu = ({ figures: { planCpuMs, sendCpuMs, told } }: (typeof all)[number]) =>
    (planCpuMs + sendCpuMs) / told;
  const isAws = ({ title }: (typeof all)[number]) => !title.startsWith('Postgres');

  return {
    figures: all,
    tables: [
      {
        id: 'compare',
        title: `Side by side: ${figure(rows)} subscribers by email, median of ${runs} run(s), of at most 3 at ${figure(large)}`,
        columns: [
          '',
          'AWS calls each',
          'write units each',
          'read units each',
          '$ per million',
          'CPU ms each',
          'emails/s',
          'plan ms',
          'first ms',
          'last ms',
          'told twice',
          'lost',
        ],
        rows: all.map((one) => {
          const { title, figures: f, calls, cost } = one;
          return [
            title,
            figure(calls),
            isAws(one) ? figure(f.aws.writeUnits / f.told) : '-',
            figure(f.aws.readUnits / f.told),
            isAws(one) ? figure(cost) : '-',
            figure(cpu(one)),
            figure(f.perSecond),
            figure(f.planMs),
            figure(f.firstMs),
            figure(f.lastMs),
            figure(f.repeated),
            figure(f.lost),
          ];
        }),
        notes: [...unfinished.map((title) => `${title}: did not finish.`), whatBounds(figures)],
      },
      {
        id: 'ratios',
        title: 'How many times as much as ours, in the same run at the same size',
        columns: ['', 'AWS calls', 'write units', '$', 'CPU', 'time to the last'],
        rows: measured
          .slice(1)
          .map((one) => [
            one.title,
            times(one.calls / first.calls),
            isAws(one) ? times(one.figures.aws.writeUnits / first.figures.aws.writeUnits) : '-',
            isAws(one) ? times(one.cost / first.cost) : '-',
            times(cpu(one) / cpu(first)),
            times(one.figures.lastMs / first.figures.lastMs),
          ]),
      },
    ],
    charts: [
      chart(
        'calls',
        'AWS calls per notification',
        'calls, logarithmic',
        all.filter(isAws).map((one) => [one.title, one.calls]),
      ),
      chart(
        'cost',
        'AWS cost of a million emails, provider fee left out',
        'dollars, logarithmic',
        all.filter(isAws).map((one) => [one.title, one.cost]),
      ),
      chart(
        'cpu',
        'Processor time per notification in planner and sender',
        'ms, logarithmic',
        all.map((one) => [one.title, cpu(one)]),
      ),
    ],
  };
};

/** Who had the machine until the last was told: whether the processor was what everybody waited for, and whose part of it. */
function whatBounds({ rows, told, lastMs, planCpuMs, sendCpuMs, engineCpuMs }: Figures): string {
  const cores = availableParallelism();
  const share = (cpuMs: number) => `${figure((100 * cpuMs) / (cores * lastMs))} %`;
  return (
    `At ${figure(rows)}, of the time of ${cores} cores until the last was told, our planner and senders used ` +
    `${share(planCpuMs + sendCpuMs)} and the engines ${share(engineCpuMs)}: ${figure(engineCpuMs / told)} ms for each email, so that ` +
    `the engines, which have one thread, could do ${figure((1_000 * told) / engineCpuMs)} a second at most.`
  );
}

function describe(title: string, figures: Figures, contender: Parameters<typeof costPerMillion>[1]) {
  const cost = costPerMillion(figures, contender);
  return { title, figures, calls: awsCallsPerNotification(figures), cost: cost.sum, costs: cost };
}

function chart(id: string, title: string, unit: string, bars: readonly (readonly [string, number])[]): Chart {
  return {
    id,
    title,
    unit,
    bars: bars.map(([label, value]) => ({
      label: short(label),
      value,
      text: figure(value),
      ours: label.startsWith('incident-fanout'),
    })),
  };
}

/** Charts have room for thirty-odd letters. */
function short(title: string): string {
  return title
    .replace(' subscribers', '')
    .replace(': a message per recipient, ', ': one message each, ')
    .replace('Powertools idempotency', 'Powertools')
    .replace('one message each, get-send-put', 'one message each, naive')
    .replace('a row per recipient', 'a row each');
}
