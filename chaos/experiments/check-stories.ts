import fc from 'fast-check';
import { showViolation, type Verdict } from '../oracles/verdict.ts';
import { createTally, type Settings } from './experiment.ts';

export interface Stories<Inputs extends [unknown, ...unknown[]]> {
  /** The experiment, as a command line names it. */
  readonly name: string;
  readonly runs: number;
  readonly arbitraries: { [Index in keyof Inputs]: fc.Arbitrary<Inputs[Index]> };
  readonly tell: (...inputs: Inputs) => Promise<Verdict>;
}

/** Tells as many stories as asked for, made up by fast-check. One that breaks a promise is made as short as it gets, and kept. */
export async function checkStories<Inputs extends [unknown, ...unknown[]]>(
  { name, runs, arbitraries, tell }: Stories<Inputs>,
  { seed, progress, first }: Settings,
) {
  const tally = createTally({ first });
  let done = 0;
  const property = fc.asyncProperty<Inputs>(...arbitraries, async (...inputs) => {
    const verdict = await tell(...inputs);
    done++;
    if (done <= runs) progress(done, runs);
    if (verdict.violations.length > 0) throw new Broken(verdict);
    tally.add(verdict, '');
  });
  const details = await fc.check(property, { seed, numRuns: runs, endOnFailure: first });
  if (details.failed) {
    const error = details.errorInstance;
    const path = details.counterexamplePath ?? '';
    const replay = `npm run chaos -- ${name} --seed ${seed} (path ${path}: ${String(details.counterexample)})`;
    if (error instanceof Broken) tally.add(error.verdict, replay);
    else tally.broke(error, replay);
  }
  return tally;
}

class Broken extends Error {
  override readonly name = 'Broken';
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super(verdict.violations.map(showViolation).join('\n'));
    this.verdict = verdict;
  }
}
