import type { Pause } from '../../domain/pause.ts';
import { RETRY_SCHEDULE } from '../../domain/retry.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import { HOUR, type Instant, type Millis, SECOND } from '../../domain/time.ts';

/** Marks in the table that all processes share, by scope: what pauses of channels are kept as. */
export interface Marks {
  read(channel: 'webhook', scope: string): Promise<Pause | undefined>;
  swap(
    channel: 'webhook',
    scope: string,
    seen: Pause | undefined,
    next: Pause,
    now: Instant,
  ): Promise<boolean>;
}

export type Turn =
  /** Call, and say whether it was in vain: then nobody calls for a while. */
  | { readonly kind: 'call'; readonly end: (call: { readonly inVain: boolean }) => Promise<void> }
  /** Somebody else is trying, or has just tried in vain. */
  | { readonly kind: 'wait'; readonly afterMs: Millis };

/** A call, and the writes around it. After this long its caller must be dead. */
const LONGEST_CALL: Millis = 25 * SECOND;
/** The longest that others wait after a call in vain. */
const LONGEST_WAIT: Millis = 2 * HOUR;
/** While somebody calls, the others look again after this long: most calls are over sooner than the longest. */
const A_LOOK: Millis = 5 * SECOND;
/** What waits for one endpoint comes back a little apart. */
const SPREAD: Millis = 10 * SECOND;

/**
 * Turns at an endpoint that keeps failing, or is slow: one call at a time, over all processes and all updates. What else is owed to it waits
 * behind that call without one of its own, after a call in vain at first for five minutes and never for longer than two hours; so a dead
 * endpoint with fifty open deliveries gets one call now and then, and not fifty, and a slow one with fifty keeps one invocation busy, and not
 * all. An endpoint that does neither takes no turns, and costs no read.
 */
export function endpointTurns({
  marks,
  clock,
}: {
  readonly marks: Marks;
  readonly clock: { now(): Instant; random(): number; newId(): string };
}) {
  return async ({ page, h }: Pick<Subscriber, 'page' | 'h'>): Promise<Turn> => {
    const scope = `endpoint#${page}#${h}`;
    const seen = await marks.read('webhook', scope);
    const now = clock.now();
    if (seen !== undefined && seen.until > now) {
      const left = seen.until - now;
      return { kind: 'wait', afterMs: (left > LONGEST_CALL ? left : A_LOOK) + clock.random() * SPREAD };
    }
    const taken = { until: now + LONGEST_CALL, attempt: seen?.attempt ?? 0, by: clock.newId() };
    if (!(await marks.swap('webhook', scope, seen, taken, now))) {
      return { kind: 'wait', afterMs: A_LOOK + clock.random() * SPREAD };
    }
    return {
      kind: 'call',
      async end({ inVain }) {
        const ended = clock.now();
        const attempt = inVain ? taken.attempt + 1 : 0;
        const step = RETRY_SCHEDULE.webhook[Math.max(1, attempt)] ?? LONGEST_WAIT;
        const until = inVain ? ended + Math.min(step, LONGEST_WAIT) : ended;
        await marks.swap('webhook', scope, taken, { until, attempt, by: clock.newId() }, ended);
      },
    };
  };
}

export type TakeTurn = ReturnType<typeof endpointTurns>;
