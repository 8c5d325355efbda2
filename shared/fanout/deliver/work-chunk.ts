import type { ChannelSizing } from '../../deployment/channels.ts';
import { audienceOf } from '../../domain/audience.ts';
import { type ChunkEntry, chunkState, NOTHING } from '../../domain/chunk.ts';
import { chunkRange, type HashRange, shareOf } from '../../domain/hash-range.ts';
import { type Instant, type Millis, SECOND, sooner } from '../../domain/time.ts';
import { type HoldDependencies, heldChunk } from './held-chunk.ts';
import { type ChunkJob, MARGIN } from './job.ts';
import { freshened, nextWindow, type Window, type WindowRequest } from './next-window.ts';
import type { Pacer } from './pacer.ts';
import { type DoubtDependencies, recordDoubt } from './record-doubt.ts';
import { type SettleDependencies, settleEarlier } from './settle-earlier.ts';
import { claimedWindow, type TellDependencies, type Telling, tellWindow } from './tell.ts';

export type WorkDependencies = TellDependencies &
  SettleDependencies &
  DoubtDependencies &
  HoldDependencies & {
    readonly sizing: Pick<ChannelSizing, 'callTimeoutMs'>;
    readonly pacer: Pick<Pacer, 'take' | 'giveBack' | 'wait' | 'dueInMs' | 'windowSize'>;
  };

/** What working on a chunk came to. `nextAt`: when the earliest delivery that left it is due. */
export type Worked =
  | { readonly kind: 'done'; readonly entry: ChunkEntry; readonly nextAt?: Instant }
  /** Somebody else holds it. */
  | { readonly kind: 'busy' }
  /** Not finished: look again after this long. `begun`: some of it was told. `crowded`: others have the rate. */
  | { readonly kind: 'again'; readonly afterMs: Millis; readonly begun: boolean; readonly crowded?: true };

const BUSY: Worked = { kind: 'busy' };
const TOLD_NOBODY: Telling = { kind: 'told', tally: NOTHING, pauseMs: 0 };

/** The longest that a window which was told stays unconfirmed, for a turn or until somebody else is found: a crash leaves it in doubt. */
const UNCONFIRMED: Millis = 2 * SECOND;

/**
 * Works on one chunk until it is done, somebody else has it, or it has to wait: read the next window, take a turn for it, claim it,
 * tell it, confirm it and claim the next in one write. Stops at a window's edge when time is nearly up or the rate is taken.
 *
 * `seen` is the chunk's entry as the caller read it; a stale one loses its first write and changes nothing.
 */
export async function workChunk(
  deps: WorkDependencies,
  job: ChunkJob,
  seen: ChunkEntry | undefined,
): Promise<Worked> {
  const { clock, sizing, pacer } = deps;
  const range = chunkRange(job.chunk, job.of);
  const audience = audienceOf(job.incident, job.update);
  // Whom this update concerns and does not tell: a newer one does, or it is too late.
  const skips = job.expired ? audience : job.supersededBy && audienceOf(job.incident, job.supersededBy);
  const skipped = (count: number) =>
    job.expired ? { superseded: 0, expired: count } : { superseded: count };

  const chunk = heldChunk(deps, job, range, seen);
  let nextAt: Instant | undefined;

  if (seen !== undefined) {
    const state = chunkState(seen, clock.now());
    if (state === 'done') return { kind: 'done', entry: seen };
    if (state === 'claimed') return BUSY;
    if (state === 'abandoned') {
      if (!(await chunk.takeOver(seen))) return BUSY;
      chunk.note(await recordDoubt(deps, job, seen, audience));
    }
  }

  const latest = job.deadline - sizing.callTimeoutMs - 2 * MARGIN;
  for (;;) {
    if (clock.now() > latest) return letGo(0);
    if (!(await waitFor(pacer.dueInMs()))) return BUSY;

    const from = chunk.position();
    const request: WindowRequest = {
      page: job.page.id,
      channel: job.channel,
      range: { after: from, upTo: range.upTo },
      size: pacer.windowSize(),
      audience,
      until: Math.min(latest, clock.now() + UNCONFIRMED),
      ...(skips && { skips }),
    };
    const window = await nextWindow(deps.subscribers, clock.now, request);
    const tokens = window.recipients.length;
    // Nobody is to be called, so nobody must be found in doubt: no claim.
    if (tokens === 0 && window.last) return finish(window.skipped);

    const wait = await settleEarlier(deps, job, window, from);
    if (wait > 0) return letGo(wait);

    if (tokens > 0) {
      const expectations = expectedAfter(job, range, window, from);
      // Ahead of its turn it takes what nobody else wants; once begun, or when it is due, it waits with the others.
      const patient = chunk.begun() || (!job.ahead && job.dueAt <= clock.now());
      const turn = await pacer.take({ tokens, ...expectations, latest, patient });
      if (turn.kind === 'later') return letGo(turn.afterMs, turn.crowded);
      if (!(await waitFor(turn.waitMs))) {
        pacer.giveBack(tokens);
        return BUSY;
      }
    }
    const claimed = await chunk.claim(window.cursor);
    if (claimed === undefined) {
      pacer.giveBack(tokens);
      return BUSY;
    }

    const telling = tokens === 0 ? TOLD_NOBODY : await tell(window, request, claimed);
    if (telling.kind === 'refused') return handBack(telling.afterMs);

    chunk.note({ ...telling.tally, ...skipped(window.skipped) });
    nextAt = sooner(nextAt, telling.nextAt);
    if (window.last) return finish(0);
    // A silent provider would leave the whole chunk in doubt, window by window.
    if (telling.pauseMs > 0) return letGo(telling.pauseMs);
  }

  /** Tells a window that is ours, unless it cannot be read freshly enough, or its lease or our time would end in the call. */
  async function tell(window: Window, request: WindowRequest, claimed: ChunkEntry): Promise<Telling> {
    const fresh = await freshened(deps.subscribers, clock.now, request, window);
    const timeToCall = Math.min(claimed.leaseUntil, job.deadline) - clock.now();
    if (fresh === undefined || timeToCall < sizing.callTimeoutMs + MARGIN) {
      pacer.giveBack(window.recipients.length);
      return { kind: 'refused', afterMs: 0 };
    }
    pacer.giveBack(window.recipients.length - fresh.recipients.length);
    if (fresh.recipients.length === 0) return TOLD_NOBODY;
    return tellWindow(deps, job, claimedWindow(fresh.recipients, claimed.claimedAt));
  }

  async function finish(skippedLast: number): Promise<Worked> {
    const entry = await chunk.finish(skipped(skippedLast));
    return entry ? { kind: 'done', entry, ...(nextAt !== undefined && { nextAt }) } : BUSY;
  }

  /** Leaves the rest of the chunk for later. */
  async function letGo(afterMs: Millis, crowded = false): Promise<Worked> {
    if (!(await chunk.confirm())) return BUSY;
    return { kind: 'again', afterMs, begun: chunk.begun(), ...(crowded && { crowded }) };
  }

  /** Leaves for later what is claimed and was surely not sent. */
  async function handBack(afterMs: Millis): Promise<Worked> {
    return (await chunk.giveBack()) ? { kind: 'again', afterMs, begun: true } : BUSY;
  }

  /** Waits for a turn. What was told is confirmed before a long wait. Returns whether the chunk is still ours. */
  async function waitFor(ms: Millis): Promise<boolean> {
    if (ms > UNCONFIRMED && !(await chunk.confirm())) return false;
    await pacer.wait(ms);
    return true;
  }
}

/** Recipients in the rest of this chunk and in the next, if they are like this window: hashes are spread evenly. */
function expectedAfter(job: ChunkJob, { upTo }: HashRange, window: Window, from: string) {
  const seenShare = shareOf({ after: from, upTo: window.cursor });
  const density = seenShare > 0 ? window.recipients.length / seenShare : 0;
  return {
    expected: density * shareOf({ after: window.cursor, upTo }),
    expectedAfter: job.chunk + 1 < job.of ? density / job.of : 0,
  };
}
