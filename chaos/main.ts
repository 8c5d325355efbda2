import { readCommandLine, UsageError, usage } from './command-line.ts';
import { EXPERIMENTS } from './experiments/all.ts';
import { type Experiment, FoundFirst, type Settings } from './experiments/experiment.ts';
import { showProgress } from './progress.ts';
import { type Part, printFailures, printTable, toJson } from './report.ts';

/** `npm run chaos`: runs the experiments that are named, or all, and exits with 1 when any found anything. */
async function main(args: readonly string[]): Promise<number> {
  const { names, help, json, first, seed, scale, flags } = readCommandLine(args, EXPERIMENTS);
  if (help) {
    console.log(usage(EXPERIMENTS));
    return 0;
  }
  const chosen = EXPERIMENTS.filter(({ name, onRequest }) =>
    names.length === 0 ? onRequest !== true : names.includes(name),
  );
  const parts: Part[] = [];
  for (const experiment of chosen) parts.push(await perform(experiment, { seed, scale, flags, first }));
  if (json) console.log(JSON.stringify(toJson(parts, seed)));
  else printTable(parts, seed);
  printFailures(parts);
  return parts.some(({ findings }) => findings.violations > 0) ? 1 : 0;
}

async function perform(experiment: Experiment, settings: Omit<Settings, 'progress' | 'say'>): Promise<Part> {
  const startedAt = performance.now();
  const progress = showProgress(experiment.name);
  try {
    const findings = await experiment.run({ ...settings, progress: progress.update, say: progress.say });
    return { experiment, findings, seconds: (performance.now() - startedAt) / 1_000 };
  } finally {
    progress.stop();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof FoundFirst)) throw error;
  console.error(error.message);
  if (error instanceof FoundFirst) console.log(JSON.stringify({ found: error.message }));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
