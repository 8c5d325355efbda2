import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { HANDED_OUT, isTests, type Mutant, ROOT } from './mutant.ts';

/** A run that never ends has noticed as well; longer than any that ends, on a machine that has other things to do. */
const LONGEST_MS = 10 * 60_000;

/** Something that may notice: files of tests, or the command line of an experiment. */
export type Attempt = readonly string[];

/** `noticed`: it failed. `timedOut`: it did not end. `nothing`: it found nothing. */
export type Attempted = 'noticed' | 'timedOut' | 'nothing';

/**
 * Runs tests or an experiment in a process of its own, without the guard of a mutant, or with all guards. Rejects when the file without
 * the guard was not even loaded: what passes then says nothing.
 */
export async function attemptWithout(
  mutant: Mutant | undefined,
  attempt: Attempt,
  seed: number,
): Promise<Attempted> {
  const args = isTests(attempt) ? testing(attempt) : experimenting(attempt, seed);
  const { code, signal, answer, errors } = await runToEnd(args, mutant?.name ?? '');
  if (signal === 'SIGKILL') return 'timedOut';
  const name = mutant?.name ?? 'nothing';
  if (code !== 0 && answer === '')
    throw new Error(`Expected the product without ${name} to run, got ${errors}`);
  if (mutant !== undefined && !errors.includes(HANDED_OUT))
    throw new Error(`Expected ${attempt.join(' ')} to load ${mutant.file} without its guard`);
  return code === 0 ? 'nothing' : 'noticed';
}

function experimenting(line: Attempt, seed: number): string[] {
  const hook = join(ROOT, 'chaos', 'mutants', 'load-mutant.ts');
  const main = join(ROOT, 'chaos', 'main.ts');
  return ['--import', hook, main, ...line, '--seed', String(seed), '--first', '--json'];
}

function testing(files: Attempt): string[] {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const config = join(ROOT, 'chaos', 'mutants', 'vitest.config.ts');
  return [vitest, 'run', '--config', config, '--reporter', 'dot', ...files];
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly answer: string;
  readonly errors: string;
}

function runToEnd(args: readonly string[], mutant: string): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, MUTANT: mutant },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  let errors = '';
  let answer = '';
  child.stdout.on('data', (text) => {
    answer += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, answer, errors }));
  });
}
