import pMap from 'p-map';
import type { ChannelSizing } from '../../deployment/channels.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Doorbell } from '../../domain/doorbell.ts';
import { type Instant, type Millis, SECOND } from '../../domain/time.ts';
import { type Answer, type AnswerDependencies, answerDoorbell } from './answer.ts';
import { type Breaker, type BreakerDependencies, readBreaker } from './breaker.ts';
import { type BriefingDependencies, briefings } from './briefing.ts';

export type DeliverDependencies = Omit<
  AnswerDependencies,
  'breaker' | 'brief' | 'leaseMs' | 'providerAnswers' | 'sizing'
> &
  BreakerDependencies &
  BriefingDependencies & {
    readonly channel: Channel;
    readonly sizing: ChannelSizing;
    /** Whether an error is trouble of ours (tables, queues, network) that passes, rather than a bug. */
    readonly isTrouble: (error: unknown) => boolean;
  };

export type Answered =
  | Answer
  | { readonly kind: 'trouble'; readonly error: unknown }
  | { readonly kind: 'bug'; readonly error: unknown };

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
  const breaker = await readBreaker(deps, deps.channel, probeMs);
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
  const chunksAtOnce = Math.max(1, Math.floor(sizing.parallelCalls / callsPerWindow(deps.channel, sizing)));
  const answers = await pMap(
    doorbells,
    async (doorbell) =>
      breaker.probing && breaker.knows() ? goBack() : answerSafely(answering, doorbell, deadline),
    { concurrency: breaker.probing ? 1 : chunksAtOnce },
  );
  const broken = answers.some(({ kind }) => kind === 'trouble' || kind === 'bug');
  if (breaker.probing && !breaker.knows() && !broken) await breaker.passOn();
  return answers;
}

async function answerSafely(
  deps: AnswerDependencies & { readonly breaker: Breaker; readonly isTrouble: (error: unknown) => boolean },
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

/** Email tells a whole window by one call; the others make one call per recipient. */
function callsPerWindow(channel: Channel, sizing: ChannelSizing): number {
  return channel === 'email' ? 1 : sizing.windowSize;
}
