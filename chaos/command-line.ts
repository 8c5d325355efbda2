import { parseArgs } from 'node:util';
import type { Experiment } from './experiments/experiment.ts';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const SEED = 1;

/** Reads `[experiment...] [--seed n] [--scale x] [--first] [--json]` and the flags of single experiments. */
export function readCommandLine(args: readonly string[], experiments: readonly Experiment[]) {
  const { positionals, values } = parse(args);
  const known = experiments.map(({ name }) => name);
  for (const name of positionals) {
    if (!known.includes(name)) throw new UsageError(`Expected one of ${known.join(', ')}, got ${name}`);
  }
  const { seed, scale, first = false, json = false, help = false, ...flags } = values;
  return {
    names: positionals,
    seed: numberOf('--seed', seed, SEED),
    scale: numberOf('--scale', scale, 1),
    first,
    json,
    help,
    flags,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seed: text,
        scale: text,
        first: flag,
        json: flag,
        help: flag,
        point: text,
        kind: text,
        story: text,
        kills: text,
        updates: text,
        subscribers: text,
        mutant: text,
      },
    });
  } catch (error) {
    const [problem] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(`${problem}. npm run chaos -- --help lists what it takes`);
  }
}

/** A flag as a number above 0. */
export function numberOf(name: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!(number > 0)) throw new UsageError(`Expected ${name} to be a number above 0, got ${value}`);
  return number;
}

export function usage(experiments: readonly Experiment[]): string {
  const width = Math.max(...experiments.map(({ name }) => name.length));
  return [
    'npm run chaos -- [experiment...] [--seed 1] [--scale 1] [--first] [--json]',
    '',
    ...experiments.map(({ name, proves }) => `  ${name.padEnd(width)}  ${proves}`),
    '',
    '  --seed n          what chance is made of: one seed is one run',
    '  --scale 0.1       a part of the work',
    '  --first           stop at the first thing that is found',
    '  --json            one object on stdout',
    '  --point n, --kind k, --story paced       faults: one fault at one request',
    '  --kills n, --updates n, --subscribers n  kill: how much of each',
    '  --mutant name                            mutants: one of them',
  ].join('\n');
}
