import { SECOND } from '../../shared/domain/time.ts';
import type { Update } from '../../shared/domain/update.ts';
import { judge } from '../oracles/judge.ts';
import type { Verdict } from '../oracles/verdict.ts';
import { watchLedger } from '../oracles/watch-ledger.ts';
import { anUpdate, settlePage, type Wish } from '../world/people.ts';
import { between, type Random, seededRandom } from '../world/random.ts';
import { anyRate, moodyProviders, randomFaults, randomStall } from '../world/weather.ts';
import { createWorld } from '../world/world.ts';
import { createTally, type Experiment } from './experiment.ts';

const SCHEDULES = 1_000;
const UPDATES = 6;

/** Schedules drawn at random: when updates are published, what fails meanwhile, and how long everything takes. */
export const order: Experiment = {
  name: 'order',
  proves: 'nobody hears of an older update after a newer one, and nobody is left on an old state',
  async run({ seed, scale, progress, first }) {
    const tally = createTally({ first });
    const schedules = Math.max(1, Math.round(SCHEDULES * scale));
    for (let index = 0; index < schedules; index++) {
      const own = seed + index;
      const replay = `npm run chaos -- order --seed ${own} --scale ${1 / SCHEDULES}`;
      try {
        tally.add(await tell(own), replay);
      } catch (error) {
        tally.broke(error, replay);
      }
      progress(index + 1, schedules);
    }
    return tally.findings({ schedules, updates: schedules * UPDATES });
  },
};

const COMPONENTS = ['api', 'mail', 'web'];
const STATUSES = ['investigating', 'identified', 'monitoring', 'update', 'resolved', 'postmortem'] as const;
const WISHES: readonly Wish[] = ['page', ['api'], ['mail'], ['api', 'web']];

/** One schedule: six updates, of which some are published before the one before was answered. */
export async function tell(seed: number): Promise<Verdict> {
  const random = seededRandom(seed * 7_919);
  const ledger = watchLedger();
  const world = createWorld({
    seed,
    rate: anyRate(random),
    rowsPerChunk: { email: 3, sms: 3, slack: 3, webhook: 3 },
    windowSize: { email: 3, sms: 2, slack: 2, webhook: 4 },
    onWrite: ledger.onWrite,
    faults: randomFaults(random, 0.03, 25),
    stallMs: randomStall(random),
    loses: () => random() < 0.05,
  });
  moodyProviders(world.providers, random, 0.08, 30);
  const perChannel = {
    email: between(random, 2, 9),
    sms: between(random, 2, 8),
    slack: between(random, 1, 6),
    webhook: 4,
  };
  const people = await settlePage(
    world,
    perChannel,
    (index) => WISHES[index % WISHES.length] ?? 'page',
    (channel, index) => (channel === 'sms' && index % 2 === 1 ? 'milestones' : 'all'),
  );
  const published: Update[] = Array.from({ length: UPDATES }, (_, index) =>
    anUpdate(`u${index + 1}`, someOf(COMPONENTS, random), {
      notify: index === 5 || random() > 0.08,
      status: STATUSES[Math.floor(random() * STATUSES.length)] ?? 'update',
    }),
  );
  const waits = random() < 0.5;
  await world.play(async () => {
    const answers: Promise<unknown>[] = [];
    for (const update of published) {
      const answer = world.publish(update);
      answers.push(answer);
      if (waits) await answer;
      await world.simulation.sleep(pause(random));
      if (random() < 0.15) world.queues.wipe();
      if (random() < 0.1) world.killOne();
    }
    await Promise.all(answers);
  });
  return judge({ world, people, published, inOrder: waits, seen: ledger.violations });
}

/** From no time at all to minutes, past the age at which an update gives way to a newer one. */
function pause(random: Random): number {
  const chance = random();
  if (chance < 0.25) return 0;
  return chance < 0.75 ? between(random, 0, 20 * SECOND) : between(random, 0, 200 * SECOND);
}

function someOf<T>(items: readonly T[], random: Random): T[] {
  return items.filter(() => random() < 0.4);
}
