import type { Channel } from '../../domain/channel.ts';
import { type Outcome, refusesSender } from '../../domain/outcome.ts';
import { lengthen, probing } from '../../domain/pause.ts';
import { type Millis, SECOND } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { PauseStore } from '../../store/pauses.ts';
import type { Pacer } from './pacer.ts';

/** The scope of a pause that holds for everybody on a channel. */
export const WHOLE_SENDER = 'sender';

/** First wait after answers that say neither yes nor no: the provider is in trouble, not busy. */
const TROUBLE_PAUSE: Millis = 10 * SECOND;

export interface BreakerDependencies {
  readonly pauses: Pick<PauseStore, 'read' | 'swap' | 'clear'>;
  readonly clock: Pick<Clock, 'now' | 'random' | 'newId'>;
  readonly pacer: Pick<Pacer, 'slow'>;
}

/**
 * The channel's breaker for one invocation: the pause mark of the whole sender, read once at its start. While it
 * lasts nothing is claimed; when it ends, one invocation tries, and the first success clears it for all.
 */
export interface Breaker {
  /** How long to wait before anything is claimed; 0 to go ahead. */
  readonly waitMs: Millis;
  /** This invocation tries for all: it should make one call, not ten. */
  readonly probing: boolean;
  /** Whether a call of this invocation has said how the provider is. */
  knows(): boolean;
  /** Lets the next invocation try at once, where this one found nobody to call. */
  passOn(): Promise<void>;
  /** Notes what a provider call came to. Returns the wait when the whole sender was refused. */
  note(outcomes: readonly Outcome[]): Promise<Millis>;
}

/** Reads the mark and, where a pause has just ended, tries to be the one that probes. */
export async function readBreaker(
  deps: BreakerDependencies,
  channel: Channel,
  probeMs: Millis,
): Promise<Breaker> {
  const { pauses, clock } = deps;
  let pause = await pauses.read(channel, WHOLE_SENDER);
  const now = clock.now();
  let waitMs = pause === undefined ? 0 : Math.max(0, pause.until - now);
  let isProbing = false;
  let known = false;
  if (pause !== undefined && waitMs === 0) {
    const next = probing(pause, clock.newId(), now, probeMs);
    isProbing = await pauses.swap(channel, WHOLE_SENDER, pause, next, now);
    if (isProbing) pause = next;
    else waitMs = probeMs;
  }

  return {
    waitMs,
    probing: isProbing,
    knows: () => known,
    async passOn() {
      if (pause === undefined) return;
      const next = probing(pause, clock.newId(), clock.now(), 0);
      if (await pauses.swap(channel, WHOLE_SENDER, pause, next, clock.now())) pause = next;
    },
    async note(outcomes) {
      known = true;
      if (outcomes.some(({ kind }) => kind === 'sent')) {
        if (pause !== undefined) {
          await pauses.clear(channel, WHOLE_SENDER);
          pause = undefined;
        }
      }
      const asked = askedPause(channel, outcomes);
      if (asked === undefined) return 0;
      // A probe is refused because of what was before it, not because of its own pace.
      if (!isProbing && outcomes.some(isThrottled)) await deps.pacer.slow();
      const seen = await pauses.read(channel, WHOLE_SENDER);
      const from = isProbing && seen !== undefined ? { ...seen, until: 0 } : seen;
      const by = clock.newId();
      const next = lengthen(from, asked, { now: clock.now(), random: clock.random(), by });
      // Whoever was quicker saw the same trouble: its mark is as good as ours.
      if (await pauses.swap(channel, WHOLE_SENDER, seen, next, clock.now())) pause = next;
      return Math.max(0, next.until - clock.now());
    },
  };
}

function isThrottled(outcome: Outcome): boolean {
  return outcome.kind === 'backoff' && outcome.scope === 'sender';
}

function askedPause(channel: Channel, outcomes: readonly Outcome[]): Millis | undefined {
  const refusals = outcomes.filter(refusesSender);
  if (refusals.length > 0) {
    return refusals.reduce(
      (longest, outcome) => Math.max(longest, 'afterMs' in outcome ? (outcome.afterMs ?? 0) : 0),
      0,
    );
  }
  // Webhooks have no provider that all share: an endpoint in doubt says nothing of the next.
  const allInDoubt = outcomes.length > 0 && outcomes.every(({ kind }) => kind === 'inDoubt');
  return allInDoubt && channel !== 'webhook' ? TROUBLE_PAUSE : undefined;
}
