import { SECOND } from '../../shared/domain/time.ts';
import { judge } from '../oracles/judge.ts';
import type { Verdict } from '../oracles/verdict.ts';
import { watchLedger } from '../oracles/watch-ledger.ts';
import { FAULT_KINDS, type FaultKind, type Point } from '../world/network.ts';
import { anUpdate, settlePage } from '../world/people.ts';
import { createWorld } from '../world/world.ts';
import { createTally, type Experiment } from './experiment.ts';

interface Fault {
  readonly point: number;
  readonly kind: FaultKind;
  readonly story: Story;
}

/** The story is told at full speed, and with every channel paced so low that its chunks take turns. */
type Story = 'unpaced' | 'paced';
const STORIES: readonly Story[] = ['unpaced', 'paced'];
const LOW_RATE = 4;

/** Every request of one story, and at each of them everything that can happen to a request. */
export const faults: Experiment = {
  name: 'faults',
  proves: 'one fault at any request of accepting, delivering and sweeping breaks nothing',
  async run({ seed, scale, progress, first, flags }) {
    const tally = createTally({ first });
    const all: Fault[] = [];
    const points = new Map<Story, number>();
    for (const story of STORIES) {
      const seen: Point[] = [];
      tally.add(await tell(seed, story, undefined, seen), `--seed ${seed} (${story}, no fault)`);
      for (const point of seen) {
        all.push(...kindsFor(point).map((kind) => ({ point: point.number, kind, story })));
      }
      points.set(story, seen.length);
    }
    const chosen = choose(all, scale, flags);
    for (const [index, fault] of chosen.entries()) {
      const replay = `npm run chaos -- faults --seed ${seed} --story ${fault.story} --point ${fault.point} --kind ${fault.kind}`;
      try {
        tally.add(await tell(seed, fault.story, fault), replay);
      } catch (error) {
        tally.broke(error, replay);
      }
      progress(index + 1, chosen.length);
    }
    return tally.findings({
      points: points.get('unpaced') ?? 0,
      pointsPaced: points.get('paced') ?? 0,
      covered: new Set(chosen.map(({ story, point }) => `${story} ${point}`)).size,
    });
  },
};

/** A provider is never asked again by its client, and Lambda's own deletes have no process that could die. */
function kindsFor({ service }: Point): readonly FaultKind[] {
  if (service === 'provider') return FAULT_KINDS.filter((kind) => kind !== 'repeated');
  if (service === 'poller') return ['requestLost', 'responseLost', 'repeated'];
  return FAULT_KINDS;
}

/** All faults, evenly spread ones for the short version, or those that the command line names. */
function choose(
  all: readonly Fault[],
  scale: number,
  { point, kind, story }: Readonly<Record<string, string>>,
): Fault[] {
  const wanted = all.filter(
    (fault) =>
      (story === undefined || fault.story === story) &&
      (point === undefined || fault.point === Number(point)) &&
      (kind === undefined || fault.kind === kind),
  );
  if (wanted.length === 0)
    throw new RangeError(`Expected a point of a story and a kind, got ${story} ${point} ${kind}`);
  if (point !== undefined) return wanted;
  const every = Math.max(1, Math.round(1 / scale));
  return wanted.filter((_, index) => index % every === 0);
}

/** Two updates to forty people in two chunks per channel; on each channel one delivery is tried twice. */
export async function tell(
  seed: number,
  story: Story,
  fault?: Fault,
  points: Point[] = [],
): Promise<Verdict> {
  const ledger = watchLedger();
  const world = createWorld({
    seed,
    rowsPerChunk: { email: 5, sms: 5, slack: 5, webhook: 5 },
    windowSize: { email: 3, sms: 3, slack: 3, webhook: 3 },
    rate: story === 'paced' ? LOW_RATE : undefined,
    onWrite: ledger.onWrite,
    faults(point) {
      points.push(point);
      return point.number === fault?.point ? fault.kind : undefined;
    },
  });
  const perChannel = { email: 10, sms: 10, slack: 10, webhook: 10 };
  const people = await settlePage(world, perChannel, (index) => (index < 8 ? 'page' : ['api']));
  const flaky = new Set(people.filter((_, index) => index % 10 === 1).map(({ h }) => h));
  world.providers.refuse((channel, { recipient, attempt }, update) =>
    update === 'u1' && attempt === 1 && flaky.has(recipient.h)
      ? { kind: 'retry', cause: `${channel}.flaky` }
      : undefined,
  );
  const published = [anUpdate('u1', ['web']), anUpdate('u2', ['api'], { status: 'resolved' })];
  await world.play(async () => {
    for (const update of published) {
      await world.publish(update);
      await world.simulation.sleep(20 * SECOND);
    }
  });
  const verdict = await judge({ world, people, published, seen: ledger.violations });
  const inDoubt = verdict.inDoubt + verdict.sentAgain;
  if (fault?.kind !== 'repeated' || inDoubt === 0) return verdict;
  const what = `${inDoubt} in doubt although the client repeated the request by itself`;
  return { ...verdict, violations: [...verdict.violations, { invariant: 2, what }] };
}
