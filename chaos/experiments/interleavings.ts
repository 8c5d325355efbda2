import fc from 'fast-check';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { HOUR } from '../../shared/domain/time.ts';
import { judge } from '../oracles/judge.ts';
import type { Verdict } from '../oracles/verdict.ts';
import { watchLedger } from '../oracles/watch-ledger.ts';
import { settlePage } from '../world/people.ts';
import { seededRandom } from '../world/random.ts';
import { anyRate, randomFaults, randomStall } from '../world/weather.ts';
import { createWorld } from '../world/world.ts';
import { checkStories } from './check-stories.ts';
import { anything, type Model } from './commands.ts';
import type { Experiment } from './experiment.ts';

const STORIES = 600;
const LONGEST_STORY = 40;

/** Stories that fast-check makes up: people come, go and change their mind while everything fails that can. */
export const interleavings: Experiment = {
  name: 'interleavings',
  proves: 'publishing, signing up, leaving and failing in any order keep every promise to everybody',
  async run(settings) {
    const runs = Math.max(1, Math.round(STORIES * settings.scale));
    let commands = 0;
    const tally = await checkStories(
      {
        name: 'interleavings',
        runs,
        arbitraries: [fc.commands(anything, { maxCommands: LONGEST_STORY, size: 'max' }), fc.nat(1_000_000)],
        async tell(story, chance) {
          const verdict = await tell(story, chance);
          commands += [...story].length;
          return verdict;
        },
      },
      settings,
    );
    return tally.findings({ stories: runs, commands });
  },
};

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
