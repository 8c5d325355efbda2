import pMap from 'p-map';
import type { ChannelSizing } from '../../deployment/channels.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Doorbell } from '../../domain/doorbell.ts';
import { type Instant, type Millis, SECOND } from '../../domain/time.ts';
import { type Answer, type AnswerDependencies, answerDoorbell } from './answer.ts';
import { type Breaker, type BreakerDependencies, readBreaker } from './breaker.ts';
import { type BriefingDependencies, briefings } from './briefing.ts';
import { type Answered, type Came, type Lanes, lanesOf } from './lanes.ts';
import type { Pacer } from './pacer.ts';

export type DeliverDependencies = Omit<
  AnswerDependencies,
  'breaker' | 'brief' | 'leaseMs' | 'providerAnswers' | 'sizing'
> &
  BreakerDependencies &
  BriefingDependencies & {
    readonly channel: Channel;
    readonly sizing: ChannelSizing;
    /** Of this process: it outlives the invocation. */
    readonly pacer: Pacer;
    /** Whether an error is trouble of ours (tables, queues, network) that passes, rather than a bug. */
    readonly isTrouble: (error: unknown) => boolean;
  };

/** A chunk is begun only with so much time left beside its calls. */
const LEAST_WORK: Millis = 6 * SECOND;

/** What a call may take for its provider to be kept busy; most take a tenth of it. */
const CALL_SECONDS = 1;

/** What waits for a probe spreads over this much after it, so that not all come at once. */
const SPREAD: Millis = 5 * SECOND;

/**
 * Answers the doorbells of one invocation side by side, as many chunks at once as the channel's parallel calls allow.
 * While the channel pauses, all go back unanswered. One doorbell's trouble is not its batch mates'.
 */
export async function answerAll(
  deps: DeliverDependencies,
  doorbells: readonly Doorbell[],
  deadline: Instant,
): Promise<readonly Answered[]> {
  const { sizing, clock } = deps;
  const probeMs = sizing.callTimeoutMs + 2 * SECOND;
  const [breaker] = await Promise.all([readBreaker(deps, deps.channel, probeMs), deps.pacer.ready()]);
  const goBack = (): Answer => ({
    kind: 'ringAgain',
    afterMs: Math.max(breaker.waitMs, probeMs) + clock.random() * SPREAD,
  });
  if (breaker.waitMs > 0) {
    return doorbells.map(() => ({ kind: 'ringAgain', afterMs: breaker.waitMs + clock.random() * SPREAD }));
  }
  const isTrying = () => breaker.probing && !breaker.knows() && callsPerWindow(deps.channel, sizing) > 1;
  const answering = {
    ...deps,
    breaker,
    brief: briefings(deps),
    leaseMs: sizing.leaseMs,
    providerAnswers: once(() => deps.sender.probe()),
    pacer: {
      ...deps.pacer,
      /** One call says how the provider is; a window's worth of them would only fail together. */
      windowSize: () => (isTrying() ? 1 : deps.pacer.windowSize()),
    },
  };
  const atOnce = chunksAtOnce(deps);
  const lanes = lanesOf(atOnce, clock.now);
  await pMap(
    doorbells,
    async (doorbell) =>
      breaker.probing && breaker.knows()
        ? lanes.keep(doorbell, goBack(), doorbell)
        : goThrough(answering, doorbell, deadline, lanes),
    { concurrency: breaker.probing ? 1 : atOnce },
  );
  const answers = doorbells.map(lanes.answer);
  const broken = answers.some(({ kind }) => kind === 'trouble' || kind === 'bug');
  if (breaker.probing && !breaker.knows() && !broken) await breaker.passOn();
  return answers;
}

type Answering = Parameters<typeof answerSafely>[0];

/**
 * Answers a doorbell, and goes on to the chunks after it while the rate has room. The plan spreads doorbells over the time that all
 * subscribers together would take; where fewer are concerned, nobody has to wait for a doorbell that is planned for much later.
 * A process whose calls do not come up to the rate takes up further chunks side by side, up to `lanes` of them. Before it goes on it
 * looks for what was to come back meanwhile: the queue hears of that only when the whole batch is answered.
 */
async function goThrough(
  deps: Answering,
  doorbell: Doorbell,
  deadline: Instant,
  lanes: Lanes,
): Promise<void> {
  const { pacer, sizing, clock, breaker } = deps;
  const latest = deadline - sizing.callTimeoutMs - LEAST_WORK;

  async function goOn(chunk: number): Promise<void> {
    const due = clock.now() > latest ? undefined : lanes.takeDue();
    if (due !== undefined) {
      const came = await answerSafely(deps, due, deadline);
      lanes.keep(due, came, doorbell);
      return isOver(came) ? goOn(chunk) : undefined;
    }
    const next = lanes.takeNext(doorbell, chunk);
    if (next === undefined) return;
    if (clock.now() > latest) return lanes.keep(next, { kind: 'ringAgain', afterMs: 0 }, doorbell);
    const came = await answerSafely(deps, next, deadline, true);
    // What was not even begun has a doorbell of its own, which comes when it is due.
    if (came.kind === 'ringAgain' && came.crowdedOut !== true) lanes.keep(next, came, doorbell);
    await goOnAfter(came, next);
  }

  async function goOnAfter(came: Came, { chunk }: Doorbell): Promise<void> {
    if (pacer.rate() === undefined || breaker.probing) return;
    // A chunk that is done or in other hands is passed over for as long as there is something reserved to use.
    if (!isOver(came)) return came.kind === 'acknowledge' && pacer.hasLeft() ? goOn(chunk + 1) : undefined;
    if (!pacer.hasRoom() || !lanes.open()) return goOn(chunk + 1);
    await Promise.all([goOn(chunk + 1), goOn(chunk + 1).finally(lanes.close)]);
  }

  lanes.visit(doorbell);
  const came = await answerSafely(deps, doorbell, deadline);
  lanes.keep(doorbell, came, doorbell);
  await goOnAfter(came, doorbell);
}

const isOver = (came: Came) => 'finished' in came && came.finished === true;

async function answerSafely(
  deps: DeliverDependencies & AnswerDependencies & { readonly breaker: Breaker },
  doorbell: Doorbell,
  deadline: Instant,
  ahead = false,
): Promise<Came> {
  try {
    return await answerDoorbell(deps, doorbell, deadline, ahead);
  } catch (error) {
    return deps.isTrouble(error) ? { kind: 'trouble', error } : { kind: 'bug', error };
  }
}

/** SES lets an account ask how it is once a second: one answer serves all who are in doubt. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return () => {
    asking ??= ask();
    return asking;
  };
}

/**
 * Chunks that one process works on side by side: as many as its parallel calls allow, and no more than the rate keeps busy, one of
 * them reading while the others call.
 */
function chunksAtOnce({ channel, sizing, pacer }: DeliverDependencies): number {
  const byCalls = Math.max(1, Math.floor(sizing.parallelCalls / callsPerWindow(channel, sizing)));
  const rate = pacer.rate();
  if (rate === undefined) return byCalls;
  return Math.min(byCalls, 1 + Math.ceil((rate * CALL_SECONDS) / pacer.windowSize()));
}

/** Email tells a whole window by one call; the others make one call per recipient. */
function callsPerWindow(channel: Channel, sizing: ChannelSizing): number {
  return channel === 'email' ? 1 : sizing.windowSize;
}
