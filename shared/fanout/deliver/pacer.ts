import type { Channel } from '../../domain/channel.ts';
import {
  CREDIT,
  callSize,
  keepsFor,
  type Pace,
  type RateSource,
  type Reserved,
  rateNow,
  remainder,
  reserve,
  slowDown,
  UNUSED,
  type Wanted,
} from '../../domain/pace.ts';
import { type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { PaceStore } from '../../store/paces.ts';

export interface PacerDependencies {
  readonly paces: Pick<PaceStore, 'read' | 'swap'>;
  readonly clock: Pick<Clock, 'now' | 'newId' | 'random'>;
  readonly wait: (ms: Millis) => Promise<unknown>;
  readonly source: RateSource;
  readonly windowSize: number;
  /** Asks the provider how many deliveries it takes a second; undefined when it did not say. */
  readonly askLimit?: () => Promise<number | undefined> | undefined;
}

export type TurnRequest = Pick<Wanted, 'tokens' | 'expected' | 'expectedAfter' | 'latest' | 'patient'>;

/** Leave to begin so many deliveries after `waitMs`, or the time after which to ask again. */
export type Turn =
  | { readonly kind: 'granted'; readonly waitMs: Millis }
  | { readonly kind: 'later'; readonly afterMs: Millis; readonly crowded: boolean };

/**
 * The pace of a channel in one process: all its chunks take turns here, and what they reserve together is shared with every other
 * process through one item (`domain/pace.ts`). Lives as long as the process, so that what one invocation reserved and did not use is
 * the next one's, for as long as it keeps.
 *
 * A turn is taken before a window is claimed: whoever has to wait holds nothing that others wait for.
 */
export interface Pacer {
  /** Learns the rate where it is unknown or old. Call when an invocation starts. */
  ready(): Promise<void>;
  /** Deliveries a second; undefined for as fast as we can. */
  rate(): number | undefined;
  /** Recipients that one window may have at most. */
  windowSize(): number;
  /** Whether more could be told right now: nobody has reserved what comes next, or we do not keep up with what is reserved here. */
  hasRoom(): boolean;
  /** Whether something is reserved that nobody here has taken yet. */
  hasLeft(): boolean;
  /** How long until what is reserved may be used: a hint, so that rows are read just before they are told. */
  dueInMs(): Millis;
  /** Takes leave for some deliveries. */
  take(request: TurnRequest): Promise<Turn>;
  /** Gives back what was taken and not used. */
  giveBack(tokens: number): void;
  /** Waits for a turn that was granted. */
  wait(ms: Millis): Promise<void>;
  /** The provider throttled all the same. */
  slow(): Promise<void>;
}

/** For channels that go as fast as they can. */
export function unpaced(windowSize: number): Pacer {
  return {
    async ready() {},
    rate: () => undefined,
    windowSize: () => windowSize,
    hasRoom: () => true,
    hasLeft: () => false,
    dueInMs: () => 0,
    take: async () => ({ kind: 'granted', waitMs: 0 }),
    giveBack() {},
    async wait() {},
    async slow() {},
  };
}

/** What is known of the shared pace is looked at again after this long, and the provider is asked again. */
const KNOWN_FOR: Millis = MINUTE;
/** After this long one process asks the provider, for all. Ten times as seldom as SES allows it. */
const LIMIT_FRESH: Millis = 5 * MINUTE;
/** Rounds of read, reserve, swap. Whoever loses so often comes back a moment later. */
const MAX_ROUNDS = 20;

const OUTRUN: Reserved = { kind: 'later', afterMs: SECOND, crowded: true };

export function createPacer(channel: Channel, deps: PacerDependencies): Pacer {
  const { paces, clock, source } = deps;
  let seen: Pace | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let asked: { limit: number; limitAt: Instant } | undefined;
  /** Reserved and not used: `left` deliveries, the first of which may begin at `at`. */
  let held = { at: 0, left: 0 };
  let queue: Promise<unknown> = Promise.resolve();
  let askers = 0;
  /** Whether others write as well: then what was seen last is old, and a swap that loses costs five times what a read does. */
  let contended = false;

  const rate = () => rateNow(asked ? { ...UNUSED, ...seen, ...asked } : seen, source, clock.now());
  const windowSize = () => callSize(deps.windowSize, rate());

  async function read(): Promise<void> {
    seen = await paces.read(channel);
    readAt = clock.now();
  }

  /** One after the other: what a process reserves is shared by all its chunks. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    askers++;
    const result = queue.then(act).finally(() => askers--);
    queue = result.catch(() => undefined);
    return result;
  }

  /** Writes what `change` makes of the shared pace; again when somebody was quicker. */
  async function swap(change: (pace: Pace) => Pace | undefined): Promise<boolean> {
    if (contended) {
      const last = seen?.by;
      await read();
      contended = seen?.by !== last;
    }
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const from: Pace = { ...UNUSED, ...seen, ...asked };
      const next = change(from);
      if (next === undefined) return false;
      if (next === from) return true;
      const signed = { ...next, by: clock.newId() };
      if (await paces.swap(channel, seen, signed, clock.now())) {
        seen = signed;
        readAt = clock.now();
        asked = undefined;
        return true;
      }
      contended = true;
      await read();
    }
    return false;
  }

  async function reserveMore(request: TurnRequest): Promise<Reserved> {
    const tried: Reserved[] = [];
    const won = await swap((pace) => {
      const now = clock.now();
      const perSecond = rateNow(pace, source, now);
      if (perSecond === undefined) return undefined;
      const reserved = reserve(pace, { ...request, askers, windowSize: windowSize(), rate: perSecond, now });
      tried.push(reserved);
      return reserved.kind === 'reserved' ? reserved.pace : undefined;
    });
    const last = tried.at(-1);
    return last !== undefined && (won || last.kind === 'later') ? last : OUTRUN;
  }

  /** What should have been used a while ago is lost: used now, it would come on top of what others have reserved. */
  function lapse(perMs: number): void {
    const oldest = clock.now() - keepsFor(windowSize(), perMs * SECOND);
    if (held.at >= oldest) return;
    const kept = Math.max(remainder(held.left, windowSize()), held.left - (oldest - held.at) * perMs);
    held = { at: oldest, left: kept };
  }

  return {
    async ready() {
      if (clock.now() - readAt < KNOWN_FOR) return;
      await read();
      if (!source.canAsk || clock.now() - (seen?.limitAt ?? 0) < LIMIT_FRESH) return;
      const limit = await deps.askLimit?.();
      if (limit !== undefined && limit > 0) asked = { limit, limitAt: clock.now() };
    },
    rate,
    windowSize,
    hasRoom: () => (held.left < 1 ? (seen?.freeAt ?? 0) <= clock.now() : held.at < clock.now() - CREDIT),
    hasLeft: () => held.left >= 1,
    dueInMs: () => (held.left >= 1 ? Math.max(0, held.at - clock.now()) : 0),

    take: (request) =>
      inTurn(async () => {
        const { tokens, latest } = request;
        const perSecond = rate();
        if (perSecond === undefined) return { kind: 'granted', waitMs: 0 };
        const perMs = perSecond / SECOND;
        lapse(perMs);
        if (held.left + 1e-6 < tokens) {
          const left = Math.floor(held.left + 1e-6);
          const reserved = await reserveMore({ ...request, tokens: tokens - left });
          if (reserved.kind === 'later') return reserved;
          held = { at: reserved.startsAt, left: reserved.tokens + left };
        }
        const startsAt = held.at;
        if (startsAt > latest) {
          return { kind: 'later', afterMs: Math.max(0, startsAt - clock.now()), crowded: false };
        }
        held = { at: startsAt + tokens / perMs, left: held.left - tokens };
        return { kind: 'granted', waitMs: Math.max(0, startsAt - clock.now()) };
      }),

    giveBack(tokens) {
      const perSecond = rate();
      if (perSecond === undefined || tokens <= 0) return;
      held = { at: held.at - (tokens * SECOND) / perSecond, left: held.left + tokens };
    },

    async wait(ms) {
      if (ms > 0) await deps.wait(ms);
    },

    async slow() {
      await inTurn(() => swap((pace) => slowDown(pace, clock.now())));
    },
  };
}
