import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { UsageError } from '../command-line.ts';
import { isTests, type Mutant, ROOT } from '../mutants/mutant.ts';
import { MUTANTS } from '../mutants/mutants.ts';
import { createTally, type Experiment } from './experiment.ts';

/** Two cores. */
const AT_ONCE = 2;

/** Tried in turn until one notices. */
const USUAL = [
  ['states', '--scale', '0.5'],
  ['faults', '--scale', '0.1'],
  ['order', '--scale', '0.1'],
  ['interleavings', '--scale', '0.2'],
  ['queues', '--scale', '0.1'],
];

/** A run that never ends has noticed as well; longer than any that ends. */
const LONGEST_MS = 180_000;

/** The proof of the proof: without any one of its guards the product must fail, or nothing here would mean much. */
export const mutants: Experiment = {
  name: 'mutants',
  onRequest: true,
  proves: 'each guard of the protocol is missed when it is taken away',
  async run({ seed, scale, progress, flags: { mutant } }) {
    const tally = createTally();
    const every = Math.max(1, Math.round(1 / scale));
    const chosen = MUTANTS.filter(({ name }, index) =>
      mutant === undefined ? index % every === 0 : name === mutant,
    );
    if (chosen.length === 0) throw new UsageError(`Expected the name of a mutant, got ${mutant}`);
    const waiting = [...chosen];
    let done = 0;
    let killed = 0;
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const by = await killerOf(next, seed);
        if (by !== undefined) killed++;
        const replay = `npm run chaos -- mutants --seed ${seed} --mutant ${next.name}`;
        if (by === undefined)
          tally.broke(new Error(`${next.name} survives: nothing missed a guard of ${next.file}`), replay);
        progress(++done, chosen.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { ...tally.findings({ killed }), runs: chosen.length };
  },
};

/** What noticed that the guard was gone, or undefined. */
async function killerOf(mutant: Mutant, seed: number): Promise<string | undefined> {
  const attempts = mutant.by === undefined ? USUAL : [mutant.by, ...USUAL];
  for (const attempt of attempts) {
    const args = isTests(attempt) ? testing(attempt) : experimenting(attempt, seed);
    if (await notices(mutant, args)) return attempt.join(' ');
  }
  return undefined;
}

function experimenting(line: readonly string[], seed: number): string[] {
  const hook = join(ROOT, 'chaos', 'mutants', 'load-mutant.ts');
  const main = join(ROOT, 'chaos', 'main.ts');
  return ['--import', hook, main, ...line, '--seed', String(seed), '--json'];
}

function testing(files: readonly string[]): string[] {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const config = join(ROOT, 'chaos', 'mutants', 'vitest.config.ts');
  return [vitest, 'run', '--config', config, '--reporter', 'json', ...files];
}

function notices({ name }: Mutant, args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, MUTANT: name },
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
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') return resolve(true);
      // A mutant that does not even load proves nothing.
      if (code !== 0 && answer === '')
        return reject(new Error(`Expected mutant ${name} to run, got ${errors}`));
      resolve(code !== 0);
    });
  });
}
