import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { judge } from '../oracles/judge.ts';
import type { Verdict } from '../oracles/verdict.ts';
import { watchLedger } from '../oracles/watch-ledger.ts';
import { anUpdate, type Person, settlePage } from '../world/people.ts';
import { seededRandom } from '../world/random.ts';
import { lateProviders, randomFaults } from '../world/weather.ts';
import { createWorld, type World, type WorldOptions } from '../world/world.ts';
import { createTally, type Experiment } from './experiment.ts';

const WIPES = 50;
const REPEATS = 20;

/** A sweep comes each minute and leaves alone what was rung less than five seconds ago: the second one after a loss rings. */
const LONGEST_SILENCE = 2 * MINUTE;
/** Where the senders died as well: a lease, the grace of two minutes for the windows in doubt, and two sweeps. */
const LONGEST_WITH_DOUBT = 5 * MINUTE;

/** Queues that lose everything at any moment, and queues that give out every message three times at once. */
export const queues: Experiment = {
  name: 'queues',
  proves:
    'losing all queues at any moment loses nobody; messages delivered three times at once tell nobody twice',
  async run({ seed, scale, progress, first }) {
    const tally = createTally({ first });
    const slowest = { alone: 0, withSenders: 0 };
    const wipes = Math.max(1, Math.round(WIPES * scale));
    const repeats = Math.max(1, Math.round(REPEATS * scale));
    const steps: (() => Promise<void>)[] = [];
    for (let index = 0; index < wipes; index++) {
      steps.push(async () => {
        const kind = index % 2 === 0 ? 'alone' : 'withSenders';
        const rate = index % 4 < 2 ? undefined : LOW_RATE;
        const { verdict, silence } = await wipeOnce(seed + index, kind, rate);
        slowest[kind] = Math.max(slowest[kind], silence);
        tally.add(verdict, `npm run chaos -- queues --seed ${seed} (wipe ${index})`);
      });
    }
    steps.push(async () =>
      tally.add(await wipeOften(seed), `npm run chaos -- queues --seed ${seed} (all wipes)`),
    );
    for (let index = 0; index < repeats; index++) {
      steps.push(async () => {
        const verdict = await repeatAll(seed + index, index % 2 === 0 ? undefined : LOW_RATE);
        tally.add(verdict, `npm run chaos -- queues --seed ${seed} (copies ${index})`);
      });
    }
    steps.push(async () => {
      const perChannel = Math.round(10_000 * scale);
      const verdict = await repeatMany(seed, perChannel);
      tally.add(verdict, `npm run chaos -- queues --seed ${seed} (copies of many)`);
    });
    for (const [index, step] of steps.entries()) {
      await step().catch((error: unknown) => tally.broke(error, `npm run chaos -- queues --seed ${seed}`));
      progress(index + 1, steps.length);
    }
    return tally.findings({
      wipes: wipes + WIPES,
      secondsAfterAWipe: Math.round(slowest.alone / SECOND),
      secondsWithSendersDead: Math.round(slowest.withSenders / SECOND),
    });
  },
};

/** Every second pair of wipes, and every second flood of copies, is paced: so low that the chunks take turns. */
const LOW_RATE = 4;

const SMALL = {
  rowsPerChunk: { email: 10, sms: 10, slack: 10, webhook: 10 },
  windowSize: { email: 5, sms: 3, slack: 3, webhook: 6 },
};

/** People per channel where one wipe is looked at. */
const ONCE = 40;

/** Tells one update to some people, in a world that may be disturbed meanwhile. */
async function tellOne(
  options: WorldOptions,
  perChannel: number,
  meanwhile: (world: World) => Promise<void>,
): Promise<{ verdict: Verdict; world: World }> {
  const ledger = watchLedger();
  const world = createWorld({ ...options, onWrite: ledger.onWrite });
  const people: Person[] = await settlePage(world, {
    email: perChannel,
    sms: perChannel,
    slack: perChannel,
    webhook: perChannel,
  });
  const published = [anUpdate('u1')];
  await world.play(async () => {
    const disturbed = meanwhile(world);
    for (const update of published) await world.publish(update);
    await disturbed;
  });
  return { verdict: await judge({ world, people, published, seen: ledger.violations }), world };
}

/**
 * One loss of everything that is queued, at a moment when something is; or of that and of all senders, at a moment of the whole
 * fan-out. Says how long it was until the last was told.
 */
async function wipeOnce(
  seed: number,
  kind: 'alone' | 'withSenders',
  rate: number | undefined,
): Promise<{ verdict: Verdict; silence: number }> {
  let wipedAt = 0;
  const { verdict, world } = await tellOne({ ...SMALL, seed, rate }, ONCE, async (world) => {
    while (world.queues.length() === 0) await world.simulation.sleep(1);
    await world.simulation.sleep(world.random() * (kind === 'alone' ? 80 : 1_500));
    wipedAt = world.clock.now();
    world.queues.wipe();
    while (kind === 'withSenders' && world.killOne());
  });
  const lastAt = Math.max(...world.providers.accepted.map(({ at }) => at));
  const silence = Math.max(0, lastAt - wipedAt);
  const late = { invariant: 9, what: `told ${silence} ms after all queues were lost` } as const;
  const longest = kind === 'alone' ? LONGEST_SILENCE : LONGEST_WITH_DOUBT;
  // Paced, all of them take as long again as their rate says.
  const isLate = silence > longest + (rate === undefined ? 0 : (2 * ONCE * SECOND) / rate);
  return { verdict: isLate ? { ...verdict, violations: [...verdict.violations, late] } : verdict, silence };
}

/** Everything is lost over and over, while senders die. */
async function wipeOften(seed: number): Promise<Verdict> {
  const random = seededRandom(seed);
  const options = { ...SMALL, seed, faults: randomFaults(random, 0.02, 40) };
  const { verdict } = await tellOne(options, 60, async (world) => {
    for (let index = 0; index < WIPES; index++) {
      await world.simulation.sleep(random() * 20 * SECOND);
      world.queues.wipe();
    }
  });
  return verdict;
}

/** Every message three times, shuffled, to providers that now and then take a call long after its sender gave up. */
async function repeatAll(seed: number, rate: number | undefined): Promise<Verdict> {
  const random = seededRandom(seed * 31);
  const { verdict } = await tellOne(
    { ...SMALL, seed, rate, copies: 3, faults: randomFaults(random, 0.01, 8) },
    30,
    async (world) => lateProviders(world.providers, random),
  );
  return verdict;
}

/** Every message three times, for many people, in chunks and windows as deployed. */
async function repeatMany(seed: number, perChannel: number): Promise<Verdict> {
  const { verdict } = await tellOne({ seed, copies: 3 }, perChannel, async () => undefined);
  return verdict;
}
