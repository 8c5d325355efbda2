import { UsageError } from '../command-line.ts';
import { type Attempt, attemptWithout } from '../mutants/attempt.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { MUTANTS } from '../mutants/mutants.ts';
import { USUAL } from '../mutants/notice.ts';
import { createTally, type Experiment } from './experiment.ts';

/** Two cores. */
const AT_ONCE = 2;

/** The proof of the proof: without any one of its guards the product must fail, or nothing here would mean much. */
export const mutants: Experiment = {
  name: 'mutants',
  onRequest: true,
  proves: 'each guard of the protocol is missed when it is taken away',
  async run({ seed, scale, progress, first, say, flags: { mutant } }) {
    const tally = createTally({ first });
    const every = Math.max(1, Math.round(1 / scale));
    const chosen = MUTANTS.filter(({ name }, index) =>
      mutant === undefined ? index % every === 0 : name === mutant,
    );
    if (chosen.length === 0) throw new UsageError(`Expected the name of a mutant, got ${mutant}`);
    const passesWithAllGuards = control(seed);
    const waiting = [...chosen];
    let done = 0;
    let noticed = 0;
    let timedOut = 0;

    async function tryOne(one: Mutant): Promise<void> {
      const replay = `npm run chaos -- mutants --seed ${seed} --mutant ${one.name}`;
      try {
        const notice = await firstToNotice(one, seed, passesWithAllGuards);
        if (notice === undefined)
          throw new Error(`${one.name} survives: nothing missed a guard of ${one.file}`);
        noticed++;
        if (notice.how === 'timedOut') timedOut++;
        say(`${one.name}: ${notice.how} by ${notice.attempt.join(' ')}`);
      } catch (error) {
        tally.broke(error, replay);
        say(`${one.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      progress(++done, chosen.length);
    }

    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await tryOne(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { ...tally.findings(), runs: chosen.length, facts: { noticed, timedOut } };
  },
};

interface Notice {
  readonly attempt: Attempt;
  readonly how: 'noticed' | 'timedOut';
}

/** What noticed that the guard was gone, or undefined. What is thought likely is tried first, then the rest. */
async function firstToNotice(
  mutant: Mutant,
  seed: number,
  passesWithAllGuards: (attempt: Attempt) => Promise<boolean>,
): Promise<Notice | undefined> {
  const attempts = mutant.by === undefined ? USUAL : [mutant.by, ...USUAL];
  for (const attempt of attempts) {
    const how = await attemptWithout(mutant, attempt, seed);
    if (how === 'nothing') continue;
    if (!(await passesWithAllGuards(attempt)))
      throw new Error(`Expected ${attempt.join(' ')} to find nothing while all guards are there`);
    return { attempt, how };
  }
  return undefined;
}

/** The control: what fails with all guards in their places has noticed nothing. Each attempt is made once. */
function control(seed: number): (attempt: Attempt) => Promise<boolean> {
  const made = new Map<string, Promise<boolean>>();
  return (attempt) => {
    const key = attempt.join(' ');
    const known = made.get(key) ?? attemptWithout(undefined, attempt, seed).then((how) => how === 'nothing');
    made.set(key, known);
    return known;
  };
}
