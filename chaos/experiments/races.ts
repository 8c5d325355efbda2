import fc from 'fast-check';
import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import { MINUTE, type Millis, SECOND } from '../../shared/domain/time.ts';
import { judge } from '../oracles/judge.ts';
import type { Verdict } from '../oracles/verdict.ts';
import { watchLedger } from '../oracles/watch-ledger.ts';
import { anUpdate, settlePage } from '../world/people.ts';
import { racedNetwork } from '../world/raced-network.ts';
import { seededRandom } from '../world/random.ts';
import { settled } from '../world/simulation.ts';
import { createWorld } from '../world/world.ts';
import { checkStories } from './check-stories.ts';
import type { Experiment } from './experiment.ts';

const RACES = 2_000;

/** What passes between two steps: from nothing to speak of, past a lease and the end of a process, to past the grace. */
const PASSES: readonly Millis[] = [100, SECOND, 5 * SECOND, 20 * SECOND, 45 * SECOND, 130 * SECOND];
const MOST_PASSES = 12;

/** fast-check decides in which order the promises of senders, of the sweeper and of whoever claims anew resolve. */
export const races: Experiment = {
  name: 'races',
  proves: 'the requests of senders, sweeper and those who claim anew may be answered in any order',
  async run(settings) {
    let steps = 0;
    const tally = await checkStories(
      {
        name: 'races',
        runs: Math.max(1, Math.round(RACES * settings.scale)),
        arbitraries: [
          // Between two steps all code runs until it waits: what may come next is complete.
          fc.scheduler({ act: (step) => step().then(settled) }),
          fc.array(fc.constantFrom(...PASSES), { minLength: 2, maxLength: MOST_PASSES }),
          fc.constantFrom(...CHANNELS),
          fc.nat(1_000_000),
        ],
        async tell(scheduler, passes, channel, chance) {
          const verdict = await race(scheduler, passes, channel, chance);
          steps += scheduler.report().length;
          return verdict;
        },
      },
      settings,
    );
    return tally.findings({ steps });
  },
};

/** Two updates to four people in one chunk of two windows. Every doorbell comes twice, so that two senders answer it. */
async function race(
  scheduler: fc.Scheduler,
  passes: readonly Millis[],
  channel: Channel,
  chance: number,
): Promise<Verdict> {
  const random = seededRandom(chance);
  const ledger = watchLedger();
  let isCalm = true;
  const world = createWorld({
    seed: chance,
    copies: 2,
    rowsPerChunk: { [channel]: 10 },
    windowSize: { [channel]: 2 },
    onWrite: ledger.onWrite,
    network: (simulation, usual) => racedNetwork(simulation, usual, scheduler, () => isCalm),
  });
  const people = await settlePage(world, { email: 0, sms: 0, slack: 0, webhook: 0, [channel]: 4 });
  world.providers.refuse(() => (random() < 0.1 ? { kind: 'retry', cause: `${channel}.flaky` } : undefined));
  const published = [anUpdate('u1'), anUpdate('u2', ['api'], { status: 'resolved' })];
  let isPublished = false;
  const publishing = (async () => {
    for (const update of published) await world.publish(update);
    isPublished = true;
  })();
  while (!isPublished) await world.pass(1);
  isCalm = false;
  scheduler.scheduleSequence(passes.map((ms) => ({ label: `${ms} ms pass`, builder: () => world.pass(ms) })));
  await scheduler.waitIdle();
  isCalm = true;
  await world.play(() => publishing, 24 * 60 * MINUTE);
  return judge({ world, people, published, seen: ledger.violations });
}
