import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoUpdate } from '../../local/demo/batch-incident.ts';
import { type FrontDoor, frontDoor } from '../../local/demo/front-door.ts';
import { isSettled, type Receipt } from '../../local/demo/receipt.ts';
import { seed as seedPage } from '../../local/demo/seed.ts';
import { type DemoSubscriber, demoSubscribers } from '../../local/demo/subscribers.ts';
import { synthesize } from '../../local/demo/synthesize.ts';
import { startProviders } from '../../local/providers/start-providers.ts';
import { type RunningStack, startStack } from '../../local/stack/start-stack.ts';
import { numberOf } from '../command-line.ts';
import { ROOT } from '../mutants/mutant.ts';
import { judgeKills } from '../oracles/judge-kills.ts';
import { between, seededRandom } from '../world/random.ts';
import { createTally, type Experiment } from './experiment.ts';

const PAGE = 'chaos';
const TEAMS = ['T0CHAOS01', 'T0CHAOS02'];

/** Who is killed: every function that has a part in a fan-out. */
const VICTIMS = /^(Deliver\w+|Ingest|Sweep)Function/;

/** From one kill to the next. A process needs some 300 ms to start: some die in their work, some before it. */
const BETWEEN_KILLS_MS = [50, 700] as const;

/** The grace after a call in doubt is two minutes, a lease 40 seconds, and a doubt may end in another. */
const LONGEST_MS = 12 * 60_000;

/** Real processes of the laptop stack, killed with SIGKILL at random moments. */
export const kill: Experiment = {
  name: 'kill',
  proves: 'killing processes with SIGKILL loses nothing; what may have been told twice is counted',
  async run({ seed, scale, progress, first, flags }) {
    const kills = Math.max(1, Math.round(numberOf('--kills', flags['kills'], 200) * scale));
    const updates = Math.max(2, Math.round(numberOf('--updates', flags['updates'], 10) * scale));
    const subscribers = numberOf('--subscribers', flags['subscribers'], 500);
    await using running = new AsyncDisposableStack();
    const stopping = new AbortController();
    running.defer(() => stopping.abort());
    const outDir = await mkdtemp(join(tmpdir(), 'chaos-kill-'));
    running.defer(() => rm(outDir, { recursive: true, force: true }));
    const template = await synthesize({ root: ROOT, outDir, signal: stopping.signal });
    const providers = await startProviders({ teams: TEAMS, rates: { slack: 50, slackBurst: 50 } });
    running.defer(() => providers.stop());
    const stack = await startStack({
      template,
      endpoints: { ses: providers.urls.ses },
      environment: {
        TWILIO_URL: providers.urls.twilio,
        SLACK_URL: providers.urls.slack,
        WEBHOOK_PRIVATE_TARGETS: 'allow',
        RATES: '{}',
        SMS_COUNTRIES: '["US"]',
      },
      secrets: { TwilioSecret: providers.credentials.twilio, SlackSecret: providers.credentials.slack },
      sweepEverySeconds: 5,
    });
    running.defer(() => stack.stop());
    providers.configureEmail(stack.mailReports);
    const operatorKey = String((await stack.secret('OperatorSecret'))['key']);
    const door = frontDoor({ apiUrl: stack.apiUrl, operatorKey, signal: stopping.signal });

    const people = demoSubscribers({
      count: subscribers,
      incident: 'none',
      teams: TEAMS,
      webhookBase: providers.urls.webhook,
    });
    const everybody: readonly DemoSubscriber[] = people.map(
      ({ components, groups, incidents, ...person }) => person,
    );
    await seedPage({
      door,
      page: { id: PAGE, name: 'Chaos', url: 'https://status.example.com', components: [] },
      subscribers: everybody,
      registerWebhook: providers.registerWebhook,
      onSeeded: () => {},
    });

    const ids = Array.from({ length: updates }, (_, index) => `u${index + 1}`);
    let killed = 0;
    // As many deaths after each update: published at once they would be told before the most had happened.
    const publishing = publishAll(door, ids, (index) => killed >= (index * kills) / updates);
    await killAtRandom(stack, kills, seed, (count) => {
      killed = count;
      progress(count, kills);
    });
    await publishing;
    const receipts = await waitForReceipts(door, ids);
    const verdict = judgeKills({
      updates: ids,
      people: everybody,
      messages: providers.messages(),
      receipts,
      deadLetters: deadLettersOf(stack),
    });
    const tally = createTally({ first });
    tally.add(verdict, `npm run chaos -- kill --seed ${seed} --kills ${kills}`);
    return tally.findings({ killed, updates, subscribers });
  },
};

function deadLettersOf(stack: RunningStack): number {
  const dead = stack.queues().filter(({ name }) => /Dead/.test(name));
  if (dead.length === 0) throw new Error('Expected dead-letter queues in the template, got none');
  return dead.reduce((sum, { ready, inFlight, delayed }) => sum + ready + inFlight + delayed, 0);
}

/** Two updates of an incident each, so that people who hear of milestones only hear of both: the beginning and the end. */
function updateOf(id: string, index: number): DemoUpdate {
  const number = Math.floor(index / 2) + 1;
  return {
    id,
    incident: {
      id: `incident-${number}`,
      name: `Incident ${number}`,
      impact: 'critical',
      startedAt: '2021-10-13T07:26:00Z',
    },
    status: index % 2 === 0 ? 'investigating' : 'resolved',
    body: `What happens in step ${index + 1}.`,
    publishedAt: '2021-10-13T07:26:00Z',
    components: [],
  };
}

/** Publishes each update until it is accepted: the function that takes it may be killed as well. */
async function publishAll(
  door: FrontDoor,
  ids: readonly string[],
  isTime: (index: number) => boolean,
): Promise<void> {
  for (const [index, id] of ids.entries()) {
    while (!isTime(index)) await sleep(100);
    for (let isTaken = false; !isTaken; ) {
      isTaken = await door.publish(PAGE, updateOf(id, index)).then(
        () => true,
        () => sleep(500, false),
      );
    }
    await sleep(2_000);
  }
}

/** Kills processes that this stack started, by their ids, until so many are dead. */
async function killAtRandom(
  stack: RunningStack,
  kills: number,
  seed: number,
  onKill: (count: number) => void,
): Promise<void> {
  const random = seededRandom(seed);
  let killed = 0;
  while (killed < kills) {
    await sleep(between(random, ...BETWEEN_KILLS_MS));
    const alive = stack.processes().filter((one) => VICTIMS.test(one.function));
    const victim = alive[Math.floor(random() * alive.length)];
    if (victim === undefined) continue;
    try {
      process.kill(victim.pid, 'SIGKILL');
      onKill(++killed);
    } catch {
      // It had ended by itself.
    }
  }
}

/** The receipts once all are closed, or as they are when nothing more is to be expected. */
async function waitForReceipts(door: FrontDoor, ids: readonly string[]): Promise<readonly Receipt[]> {
  for (const until = performance.now() + LONGEST_MS; ; ) {
    const receipts = await Promise.all(ids.map((id) => door.receipt(PAGE, id)));
    const isOver = receipts.every((receipt) => receipt.complete && isSettled(receipt));
    if (isOver || performance.now() > until) return receipts;
    await sleep(1_000);
  }
}
