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
  const answering = {
    ...deps,
    breaker,
    brief: briefings(deps),
    leaseMs: sizing.leaseMs,
    providerAnswers: once(() => deps.sender.probe()),
    sizing: {
      ...sizing,
      /** One call says how the provider is; a window's worth of them would only fail together. */
      get windowSize() {
        const calls = callsPerWindow(deps.channel, sizing);
        return breaker.probing && !breaker.knows() && calls > 1 ? 1 : sizing.windowSize;
      },
    },
  };
  const answers = await pMap(
    doorbells,
    async (doorbell) =>
      breaker.probing && breaker.knows() ? goBack() : goThrough(answering, doorbell, deadline),
    { concurrency: breaker.probing ? 1 : chunksAtOnce(deps) },
  );
  const broken = answers.some(({ kind }) => kind === 'trouble' || kind === 'bug');
  if (breaker.probing && !breaker.knows() && !broken) await breaker.passOn();
  return answers;
}

/**
 * Answers a doorbell, and goes on to the chunks after it while the rate has room. The plan spreads doorbells over the time that all
 * subscribers together would take; where fewer are concerned, nobody has to wait for a doorbell that is planned for much later.
 */
async function goThrough(
  deps: Parameters<typeof answerSafely>[0],
  doorbell: Doorbell,
  deadline: Instant,
): Promise<Answered> {
  const { pacer, sizing, clock, breaker } = deps;
  const answer = await answerSafely(deps, doorbell, deadline);
  const onTheWay: { doorbell: Doorbell; afterMs: Millis }[] = [];
  let last: Answered = answer;
  for (let chunk = doorbell.chunk + 1; chunk < doorbell.of; chunk++) {
    const isFinished = 'finished' in last && last.finished === true;
    if (!isFinished || pacer.rate() === undefined || breaker.probing) break;
    const next = { ...doorbell, chunk };
    const timeLeft = deadline - clock.now();
    if (timeLeft < sizing.callTimeoutMs + LEAST_WORK) {
      onTheWay.push({ doorbell: next, afterMs: 0 });
      break;
    }
    last = await answerSafely(deps, next, deadline);
    if (last.kind === 'ringAgain') onTheWay.push({ doorbell: next, afterMs: last.afterMs });
  }
  return onTheWay.length > 0 ? { ...answer, onTheWay } : answer;
}

async function answerSafely(
  deps: DeliverDependencies & AnswerDependencies & { readonly breaker: Breaker },
  doorbell: Doorbell,
  deadline: Instant,
): Promise<Answered> {
  try {
    return await answerDoorbell(deps, doorbell, deadline);
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
