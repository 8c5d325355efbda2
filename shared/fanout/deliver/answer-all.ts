import pMap from 'p-map';
import type { ChannelSizing } from '../../deployment/channels.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Doorbell } from '../../domain/doorbell.ts';
import { type Instant, type Millis, SECOND } from '../../domain/time.ts';
import { type Answer, type AnswerDependencies, answerDoorbell } from './answer.ts';
import { type Breaker, type BreakerDependencies, readBreaker } from './breaker.ts';
import { type BriefingDependencies, briefings } from './briefing.ts';
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

/** What came of a doorbell, and doorbells of further chunks that were begun on the way. */
export type Answered = (
  | Answer
  | { readonly kind: 'trouble'; readonly error: unknown }
  | { readonly kind: 'bug'; readonly error: unknown }
) & { readonly onTheWay?: readonly { readonly doorbell: Doorbell; readonly afterMs: Millis }[] };

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
  const lanes = lanesOf(atOnce);
  const answers = await pMap(
    doorbells,
    async (doorbell) =>
      breaker.probing && breaker.knows() ? goBack() : goThrough(answering, doorbell, deadline, lanes),
    { concurrency: breaker.probing ? 1 : atOnce },
  );
  const broken = answers.some(({ kind }) => kind === 'trouble' || kind === 'bug');
  if (breaker.probing && !breaker.knows() && !broken) await breaker.passOn();
  return answers;
}

type Answering = Parameters<typeof answerSafely>[0];

/**
 * Answers a doorbell, and goes on to the chunks after it while the rate has room. The plan spreads doorbells over the time that all
 * subscribers together would take; where fewer are concerned, nobody has to wait for a doorbell that is planned for much later.
 * A process whose calls do not come up to the rate takes up further chunks side by side, up to `lanes` of them.
 */
async function goThrough(
  deps: Answering,
  doorbell: Doorbell,
  deadline: Instant,
  lanes: Lanes,
): Promise<Answered> {
  const { pacer, sizing, clock, breaker } = deps;
  const onTheWay: { doorbell: Doorbell; afterMs: Millis }[] = [];
  const latest = deadline - sizing.callTimeoutMs - LEAST_WORK;

  async function goOn(chunk: number): Promise<void> {
    const next = lanes.take(doorbell, chunk);
    if (next === undefined) return;
    if (clock.now() > latest) {
      onTheWay.push({ doorbell: next, afterMs: 0 });
      return;
    }
    const answer = await answerSafely(deps, next, deadline, true);
    // What was not even begun has a doorbell of its own, which comes when it is due.
    const isBegun = answer.kind === 'ringAgain' && answer.crowdedOut !== true;
    if (isBegun) onTheWay.push({ doorbell: next, afterMs: answer.afterMs });
    await goOnAfter(answer, next);
  }

  async function goOnAfter(answer: Answered, { chunk }: Doorbell): Promise<void> {
    const isFinished = 'finished' in answer && answer.finished === true;
    if (pacer.rate() === undefined || breaker.probing) return;
    // A chunk that is done or in other hands is passed over for as long as there is something reserved to use.
    if (!isFinished) return answer.kind === 'acknowledge' && pacer.hasLeft() ? goOn(chunk + 1) : undefined;
    if (!pacer.hasRoom() || !lanes.open()) return goOn(chunk + 1);
    await Promise.all([goOn(chunk + 1), goOn(chunk + 1).finally(lanes.close)]);
  }

  lanes.visit(doorbell);
  const answer = await answerSafely(deps, doorbell, deadline);
  await goOnAfter(answer, doorbell);
  return onTheWay.length > 0 ? { ...answer, onTheWay } : answer;
}

/** What one invocation works on side by side: `most` chunks, none of them twice. */
interface Lanes {
  visit(doorbell: Doorbell): void;
  /** The next chunk at or after `chunk` that this invocation has not gone to by itself. */
  take(doorbell: Doorbell, chunk: number): Doorbell | undefined;
  /** Opens one more lane, where there may be more. */
  open(): boolean;
  close(): void;
}

function lanesOf(most: number): Lanes {
  const gone = new Set<string>();
  const nameOf = ({ page, update, channel }: Doorbell, chunk: number) =>
    `${page}#${update}#${channel}#${chunk}`;
  let extra = 0;
  return {
    visit(doorbell) {
      gone.add(nameOf(doorbell, doorbell.chunk));
    },
    take(doorbell, from) {
      for (let chunk = from; chunk < doorbell.of; chunk++) {
        const name = nameOf(doorbell, chunk);
        if (gone.has(name)) continue;
        gone.add(name);
        return { ...doorbell, chunk };
      }
      return undefined;
    },
    open() {
      if (extra + 1 >= most) return false;
      extra++;
      return true;
    },
    close() {
      extra--;
    },
  };
}

async function answerSafely(
  deps: DeliverDependencies & AnswerDependencies & { readonly breaker: Breaker },
  doorbell: Doorbell,
  deadline: Instant,
  ahead = false,
): Promise<Answered> {
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
