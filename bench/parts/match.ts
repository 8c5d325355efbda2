import { contender } from '../contenders/contenders.ts';
import { awsCallsPerNotification, costPerMillion } from '../cost.ts';
import { figure } from '../report/table.ts';
import { measure, type Part } from './part.ts';

/** What it costs to read rows that the update does not concern: every row lies in one place with all its preferences. */
export const match: Part = async (surroundings) => {
  const rows = surroundings.quick ? 5_000 : 50_000;
  const runs = surroundings.quick ? 1 : 3;
  const ours = contender('ours');
  const figures: unknown[] = [];
  const lines: string[][] = [];
  for (const share of [1, 0.1, 0.01]) {
    const what = `${share * 100} % concerned`;
    const f = await measure(surroundings, what, runs, { contender: ours, rows, match: share });
    figures.push({ share, ...f });
    const cost = costPerMillion(f, ours);
    lines.push([
      what,
      figure(f.told),
      figure(awsCallsPerNotification(f)),
      figure(f.aws.readUnits / f.told),
      figure(f.aws.writeUnits / f.told),
      figure(cost.sum),
      figure((awsCallsPerNotification(f) * f.told) / 1_000),
      figure(f.lastMs),
    ]);
  }
  return {
    figures,
    tables: [
      {
        id: 'match',
        title: `Of ${figure(rows)} subscribers by email, some are concerned`,
        columns: [
          '',
          'told',
          'AWS calls each',
          'read units each',
          'write units each',
          '$ per million',
          'thousand calls in all',
          'last ms',
        ],
        rows: lines,
      },
    ],
  };
};
