import { CHANNELS, type Channel, isReadByPeople } from '../../shared/domain/channel.ts';
import { GRACE } from '../../shared/domain/exception.ts';
import { type Instant, MINUTE, type Millis, SECOND } from '../../shared/domain/time.ts';
import type { Update } from '../../shared/domain/update.ts';
import { judge } from '../oracles/judge.ts';
import type { Verdict, Violation } from '../oracles/verdict.ts';
import { watchLedger } from '../oracles/watch-ledger.ts';
import type { FaultPlan } from '../world/network.ts';
import { anUpdate, type Person, settlePage } from '../world/people.ts';
import type { Health } from '../world/providers.ts';
import { BEGINNING } from '../world/simulation.ts';
import { createWorld, type World } from '../world/world.ts';
import { createTally, type Experiment } from './experiment.ts';

/** The outage of 13 October 2021: 7:26 to 8:28 UTC. */
const LASTS: Millis = 62 * MINUTE;

/** What was published while it lasted and after, in minutes from its beginning. */
const PUBLISHED = [
  { minute: 0.5, status: 'investigating' },
  { minute: 4, status: 'update' },
  { minute: 20, status: 'identified' },
  { minute: 40, status: 'update' },
  { minute: 61, status: 'update' },
  { minute: 65, status: 'monitoring' },
  { minute: 123, status: 'resolved' },
] as const;

/** Planned work whose reminder falls due in the middle of the outage. */
const WORKS = { announced: -30, reminded: 24, minutesBefore: 60 };

/** Provider calls that an hour of outage may cost, per channel: one in ten seconds. */
const MOST_CALLS = LASTS / (10 * SECOND);
/** Where nothing is known of the calls, as many questions whether it answers at all, which tell nobody, come on top. */
const MOST_CALLS_IN_DOUBT = 2 * MOST_CALLS;
/** Questions after deliveries in doubt come on top: one per delivery in two minutes, the grace. */
const QUESTIONS_EACH = LASTS / (2 * MINUTE);

/** Once it is over, until somebody is told: the next sweep is a minute away at most, and what it rings for takes a moment. */
const LONGEST_RECOVERY: Millis = 65 * SECOND;

const PER_CHANNEL = { email: 400, sms: 100, slack: 60, webhook: 60 };

interface Disaster {
  readonly name: string;
  readonly down: readonly Channel[];
  readonly begin: (world: World) => void;
  readonly end: (world: World) => void;
  readonly faults?: FaultPlan;
  /** Whether nothing at all was sent, so that on channels that people read one message must make good for all. */
  readonly collapses?: boolean;
}

/** The hour of the seed incident, suffered by each provider, by all, by our own functions and by our tables. */
export const outage: Experiment = {
  name: 'outage',
  proves:
    'an hour without providers, functions or tables loses nothing, leaves no dead letter and costs few calls',
  async run({ seed, scale, progress, first }) {
    const tally = createTally({ first });
    const all = [
      ...CHANNELS.map((channel) => providersDown(`${channel} refuses`, [channel], 'refusing')),
      providersDown('all refuse', CHANNELS, 'refusing'),
      providersDown('all fail', CHANNELS, 'failing'),
      providersDown('all swallow', CHANNELS, 'swallowing'),
      computeDown(),
      tablesDown(),
    ];
    const disasters = all.slice(0, Math.ceil(all.length * scale));
    const facts = { mostCalls: 0, slowestRecovery: 0, reminderAfter: 0 };
    for (const [index, disaster] of disasters.entries()) {
      const replay = `npm run chaos -- outage --seed ${seed} (${disaster.name})`;
      try {
        const { verdict, calls, recovery, reminder } = await suffer(seed, disaster);
        facts.mostCalls = Math.max(facts.mostCalls, calls);
        facts.slowestRecovery = Math.max(facts.slowestRecovery, recovery);
        facts.reminderAfter = Math.max(facts.reminderAfter, reminder);
        tally.add(verdict, replay);
      } catch (error) {
        tally.broke(error, replay);
      }
      progress(index + 1, disasters.length);
    }
    return tally.findings({
      mostCallsOfAProvider: facts.mostCalls,
      secondsToRecover: Math.round(facts.slowestRecovery / SECOND),
      secondsToTheReminder: Math.round(facts.reminderAfter / SECOND),
    });
  },
};

function providersDown(name: string, down: readonly Channel[], health: Health): Disaster {
  const become = (state: Health) => (world: World) => {
    for (const channel of down) world.providers.become(channel, state);
  };
  return { name, down, begin: become(health), end: become('up'), collapses: health === 'refusing' };
}

function computeDown(): Disaster {
  return {
    name: 'no functions',
    down: [],
    begin: (world) => world.stopCompute(),
    end: (world) => world.startCompute(),
  };
}

function tablesDown(): Disaster {
  const from = BEGINNING - WORKS.announced * MINUTE;
  const isOver = (at: Instant) => at < from || at >= from + LASTS;
  return {
    name: 'no tables',
    down: [],
    begin: () => {},
    end: () => {},
    faults: ({ service, at }) => (service === 'tables' && !isOver(at) ? 'requestLost' : undefined),
  };
}

interface Suffered {
  readonly verdict: Verdict;
  /** Requests to the busiest provider that all recipients share, while it was down. */
  readonly calls: number;
  /** From the end of the outage until the first message after it, and until the last reminder. */
  readonly recovery: Millis;
  readonly reminder: Millis;
}

async function suffer(
  seed: number,
  { down, begin, end, faults, collapses = false }: Disaster,
): Promise<Suffered> {
  const ledger = watchLedger();
  const world = createWorld({
    seed,
    rowsPerChunk: { email: 100, sms: 25, slack: 15, webhook: 15 },
    windowSize: { email: 50, sms: 10, slack: 10, webhook: 15 },
    onWrite: ledger.onWrite,
    ...(faults && { faults }),
  });
  const people = await settlePage(world, PER_CHANNEL);
  const published: Update[] = [];
  let endedAt = 0;
  const calls = new Map<Channel, number>();
  const questions = new Map<Channel, number>();
  const callsOf = (channel: Channel) =>
    world.providers.requests(channel, 'send') + world.providers.requests(channel, 'probe');

  await world.play(async () => {
    const publishings: Promise<unknown>[] = [];
    const publish = (update: Update) => {
      published.push(update);
      publishings.push(world.publish(update));
    };
    publish(announcementOfWorks());
    await world.simulation.sleep(-WORKS.announced * MINUTE);
    world.simulation.after(LASTS, () => {
      for (const channel of down) {
        calls.set(channel, callsOf(channel) - (calls.get(channel) ?? 0));
        questions.set(channel, world.providers.requests(channel, 'ask') - (questions.get(channel) ?? 0));
      }
      endedAt = world.clock.now();
      end(world);
    });
    for (const channel of down) {
      calls.set(channel, callsOf(channel));
      questions.set(channel, world.providers.requests(channel, 'ask'));
    }
    begin(world);
    let minute = 0;
    for (const [index, next] of PUBLISHED.entries()) {
      await world.simulation.sleep((next.minute - minute) * MINUTE);
      minute = next.minute;
      publish(anUpdate(`u${index + 1}`, ['api'], { status: next.status }));
    }
    await Promise.all(publishings);
  });

  const verdict = await judge({
    world,
    people,
    published,
    inOrder: false,
    reminders: 1,
    seen: ledger.violations,
  });
  const after = world.providers.accepted.filter(({ at }) => at > endedAt);
  const recovery = Math.min(...after.map(({ at }) => at)) - endedAt;
  // An endpoint that was down is tried again on a schedule of hours.
  const reminders = after
    .filter(
      ({ channel, update }) =>
        update.startsWith('reminder-') && !(channel === 'webhook' && down.includes(channel)),
    )
    .map(({ at }) => at);
  const reminder = Math.max(endedAt, ...reminders) - endedAt;
  const most = Math.max(0, ...down.filter(isShared).map((channel) => calls.get(channel) ?? 0));
  const violations: Violation[] = [...verdict.violations];
  const object = (what: string) => violations.push({ invariant: 9, what });
  const grace = collapses ? 0 : GRACE;
  const bound = collapses ? MOST_CALLS : MOST_CALLS_IN_DOUBT;
  if (most > bound) object(`${most} calls of a provider that was down, expected ${bound} at most`);
  if (recovery > LONGEST_RECOVERY) object(`nobody was told for ${recovery} ms after the outage`);
  if (reminder > LONGEST_RECOVERY + grace) object(`somebody was reminded ${reminder} ms after the outage`);
  for (const channel of down) {
    const asked = questions.get(channel) ?? 0;
    const mostAsked = PER_CHANNEL[channel] * PUBLISHED.length * QUESTIONS_EACH;
    if (asked > mostAsked) object(`${asked} questions on ${channel}, expected ${mostAsked} at most`);
    if (collapses) violations.push(...pilesOf(world, people, channel, endedAt));
  }
  return { verdict: { ...verdict, violations }, calls: most, recovery, reminder };
}

/** Receivers of webhooks have nothing in common that could be down. */
const isShared = (channel: Channel) => channel !== 'webhook';

/** What people found when the provider was back: one message on channels that they read, all updates as webhooks. */
function pilesOf(world: World, people: readonly Person[], channel: Channel, endedAt: Instant): Violation[] {
  const missed = PUBLISHED.filter(({ minute }) => minute * MINUTE < LASTS).map((_, index) => `u${index + 1}`);
  const expected = isReadByPeople(channel) ? 1 : missed.length;
  const found = new Map<string, number>();
  for (const one of world.providers.accepted) {
    if (one.channel !== channel || !missed.includes(one.update) || one.at < endedAt) continue;
    found.set(one.h, (found.get(one.h) ?? 0) + 1);
  }
  return people
    .filter((person) => person.channel === channel && found.get(person.h) !== expected)
    .map(({ h }) => ({
      invariant: 9,
      what: `${channel} ${h} found ${found.get(h) ?? 0} messages after the outage, expected ${expected}`,
    }));
}

function announcementOfWorks(): Update {
  const startsAt = BEGINNING + (-WORKS.announced + WORKS.reminded + WORKS.minutesBefore) * MINUTE;
  return anUpdate('works', ['api'], {
    status: 'scheduled',
    incident: {
      id: 'works',
      name: 'Works on the racks',
      impact: 'maintenance',
      scheduledFor: new Date(startsAt).toISOString(),
      reminders: [WORKS.minutesBefore],
    },
  });
}
