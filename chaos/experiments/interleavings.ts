import fc from 'fast-check';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { HOUR } from '../../shared/domain/time.ts';
import { judge } from '../oracles/judge.ts';
import { showViolation, type Verdict } from '../oracles/verdict.ts';
import { watchLedger } from '../oracles/watch-ledger.ts';
import { settlePage } from '../world/people.ts';
import { seededRandom } from '../world/random.ts';
import { anyRate, randomFaults, randomStall } from '../world/weather.ts';
import { createWorld } from '../world/world.ts';
import { anything, type Model } from './commands.ts';
import { createTally, type Experiment } from './experiment.ts';

const STORIES = 600;
const LONGEST_STORY = 40;

/** Stories that fast-check makes up: people come, go and change their mind while everything fails that can. */
export const interleavings: Experiment = {
  name: 'interleavings',
  proves: 'publishing, signing up, leaving and failing in any order keep every promise to everybody',
  async run({ seed, scale, progress, first }) {
    const tally = createTally({ first });
    const stories = Math.max(1, Math.round(STORIES * scale));
    let commands = 0;
    let done = 0;
    const property = fc.asyncProperty(
      fc.commands(anything, { maxCommands: LONGEST_STORY, size: 'max' }),
      fc.nat(1_000_000),
      async (story, chance) => {
        const verdict = await tell(story, chance);
        commands += [...story].length;
        done++;
        if (done <= stories) progress(done, stories);
        if (verdict.violations.length > 0) throw new Broken(verdict);
        tally.add(verdict, '');
      },
    );
    const details = await fc.check(property, { seed, numRuns: stories, endOnFailure: first });
    if (details.failed) {
      const error = details.errorInstance;
      const replay = `npm run chaos -- interleavings --seed ${seed} (${details.counterexample?.join(' ')})`;
      if (error instanceof Broken) tally.add(error.verdict, replay);
      else tally.broke(error, replay);
    }
    return tally.findings({ stories, commands });
  },
};

class Broken extends Error {
  override readonly name = 'Broken';
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super(verdict.violations.map(showViolation).join('\n'));
    this.verdict = verdict;
  }
}

async function tell(
  story: Iterable<fc.AsyncCommand<Model, ReturnType<typeof createWorld>>>,
  chance: number,
): Promise<Verdict> {
  const random = seededRandom(chance);
  const ledger = watchLedger();
  const world = createWorld({
    seed: chance,
    rate: anyRate(random),
    rowsPerChunk: { email: 3, sms: 3, slack: 3, webhook: 3 },
    windowSize: { email: 3, sms: 2, slack: 2, webhook: 4 },
    onWrite: ledger.onWrite,
    faults: randomFaults(random, 0.02, 15),
    stallMs: randomStall(random),
    loses: () => random() < 0.03,
  });
  const people = await settlePage(world, { email: 6, sms: 6, slack: 4, webhook: 4 }, (index) =>
    index % 3 === 2 ? ['api'] : 'page',
  );
  const model: Model = { people, pending: [], published: [], publishing: [] };
  await world.play(
    async () => {
      await fc.asyncModelRun(() => ({ model, real: world }), story);
      for (const channel of CHANNELS) world.providers.become(channel, 'up');
      await Promise.all(model.publishing);
    },
    24 * 8 * HOUR,
  );
  return judge({ world, people, published: model.published, seen: ledger.violations });
}
