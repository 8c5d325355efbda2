import { explore } from '../protocol/explore.ts';
import { isEnd, next, object } from '../protocol/model.ts';
import { INITIAL } from '../protocol/state.ts';
import type { Experiment } from './experiment.ts';

/** What may happen on the way: together it would be more states than can be looked at. */
const SEARCHES = [
  { crashes: 1, copies: 1, pauses: 0 },
  { crashes: 0, copies: 0, pauses: 1 },
];

/** Every state of a small world: there is no short version, it takes seconds. */
export const states: Experiment = {
  name: 'states',
  proves: 'no order of the steps of two workers, one death and one redelivery breaks the protocol of claims',
  async run() {
    const found = SEARCHES.map((budget) => {
      return explore({ initial: { ...INITIAL, ...budget }, next, object, isEnd });
    });
    const sum = (of: 'states' | 'steps' | 'ends') => found.reduce((total, one) => total + one[of], 0);
    const wrong = found.flatMap((one) => one.wrong);
    return {
      runs: found.length,
      violations: wrong.length,
      lost: 0,
      toldTwice: 0,
      inDoubt: 0,
      sentAgain: 0,
      failures: wrong.map(({ what, way }) => ({
        replay: 'npm run chaos -- states',
        violations: [`${what}, after: ${way.join('; ')}`],
      })),
      facts: { states: sum('states'), steps: sum('steps'), ends: sum('ends') },
    };
  },
};
