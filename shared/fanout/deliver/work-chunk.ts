import type { ChannelSizing } from '../../deployment/channels.ts';
import { audienceOf } from '../../domain/audience.ts';
import {
  type ChunkEntry,
  chunkState,
  claim,
  confirmAndClaim,
  finish,
  finishUnclaimed,
  giveBack,
  NOTHING,
  position,
  rest,
  takeOver,
  type WindowTally,
} from '../../domain/chunk.ts';
import { chunkRange, shareOf } from '../../domain/hash-range.ts';
import { type Instant, type Millis, SECOND } from '../../domain/time.ts';
import type { LedgerStore } from '../../store/ledger.ts';
import { type ChunkJob, chunkRef, MARGIN } from './job.ts';
import { FRESH, nextWindow, readAgain, type Window, type WindowRequest } from './next-window.ts';
import type { Pacer } from './pacer.ts';
import { type DoubtDependencies, recordDoubt } from './record-doubt.ts';
import { type SettleDependencies, settleEarlier } from './settle-earlier.ts';
import { claimedWindow, type TellDependencies, tellWindow } from './tell.ts';

export type WorkDependencies = TellDependencies &
  SettleDependencies &
  DoubtDependencies & {
    readonly ledger: Pick<LedgerStore, 'swap'>;
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

/** The longest that a window which was told stays unconfirmed for a turn: a crash leaves it in doubt. */
const UNCONFIRMED: Millis = 2 * SECOND;

/** How often a window that grew stale before its call is read again before it is given back. */
const MOST_READS = 3;

/**
 * Works on one chunk until it is done, somebody else has it, or it has to wait: read the next window, take a turn for it, claim it,
 * tell it, confirm it and claim the next in one write. Stops at a window's edge when time is nearly up or the rate is taken.
 *
 * `seen` is the chunk's entry as the caller read it; a stale one loses its first swap and changes nothing.
 */
export async function workChunk(
  deps: WorkDependencies,
  job: ChunkJob,
  seen: ChunkEntry | undefined,
): Promise<Worked> {
  const { ledger, clock, sizing, pacer } = deps;
  const ref = chunkRef(job, job.update);
  const range = chunkRange(job.chunk, job.of);
  const audience = audienceOf(job.incident, job.update);
  // Whom this update concerns and does not tell: a newer one does, or it is too late.
  const newerAudience = job.expired
    ? audience
    : job.supersededBy && audienceOf(job.incident, job.supersededBy);
  const skipping = (count: number) =>
    job.expired ? { superseded: 0, expired: count } : { superseded: count };

  let entry = seen;
  // Of the window that we hold and have told: counted, not yet confirmed.
  let tally: WindowTally | undefined;
  let nextAt: Instant | undefined;
  const swap = async (next: ChunkEntry) => {
    const won = await ledger.swap(ref, entry, next, clock.now());
    if (won) entry = next;
    return won;
  };

  const state = chunkState(entry, clock.now());
  if (entry !== undefined) {
    if (state === 'done') return { kind: 'done', entry };
    if (state === 'claimed') return { kind: 'busy' };
    if (state === 'abandoned') {
      const since = { claimedAt: entry.claimedAt, endsAt: entry.endsAt };
      if (!(await swap(takeOver(entry, job.hold, clock.now())))) return { kind: 'busy' };
      tally = await recordDoubt(deps, job, entry, audience, since);
    }
  }

  const latest = job.deadline - sizing.callTimeoutMs - 2 * MARGIN;
  for (;;) {
    if (clock.now() > latest) return letGo(0);
    if (!(await waitFor(pacer.dueInMs()))) return { kind: 'busy' };

    const from = position(entry, range.after);
    const request: WindowRequest = {
      page: job.page.id,
      channel: job.channel,
      range: { after: from, upTo: range.upTo },
      size: pacer.windowSize(),
      audience,
      ...(newerAudience && { newerAudience }),
    };
    const window = await nextWindow(deps.subscribers, clock.now, request);
    if (window.recipients.length === 0 && window.superseded === 0) return finishChunk(range.upTo);
    // Nobody is to be called, so nobody must be found in doubt: no claim.
    if (window.recipients.length === 0 && window.last && tally === undefined) {
      return finishChunk(range.upTo, window.superseded);
    }

    const wait = await settleEarlier(deps, job, window, from);
    if (wait > 0) return letGo(wait);

    const tokens = window.recipients.length;
    if (tokens > 0) {
      const expectations = expectedAfter(window, from);
      // Ahead of its turn it takes what nobody else wants; once begun, or when it is due, it waits with the others.
      const patient = entry !== seen || (!job.ahead && job.dueAt <= clock.now());
      const turn = await pacer.take({ tokens, ...expectations, latest, patient });
      if (turn.kind === 'later') return letGo(turn.afterMs, turn.crowded);
      if (!(await waitFor(turn.waitMs))) {
        pacer.giveBack(tokens);
        return { kind: 'busy' };
      }
    }
    const next =
      entry === undefined || tally === undefined
        ? claim(entry, job.hold, range.after, window.cursor, clock.now())
        : confirmAndClaim(entry, tally, job.hold, window.cursor, clock.now());
    if (!(await swap(next))) {
      pacer.giveBack(tokens);
      return { kind: 'busy' };
    }
    tally = undefined;

    const fresh = await freshen(window, request);
    const timeToCall = Math.min(next.leaseUntil, job.deadline) - clock.now();
    if (fresh === undefined || timeToCall < sizing.callTimeoutMs + MARGIN) {
      pacer.giveBack(tokens);
      return handBack(0);
    }
    pacer.giveBack(tokens - fresh.recipients.length);

    const telling =
      fresh.recipients.length === 0
        ? { kind: 'told' as const, tally: NOTHING, pauseMs: 0 }
        : await tellWindow(deps, job, claimedWindow(fresh.recipients, next.claimedAt));
    if (telling.kind === 'refused') return handBack(telling.afterMs);

    tally = { ...telling.tally, ...skipping(window.superseded) };
    nextAt = sooner(nextAt, 'nextAt' in telling ? telling.nextAt : undefined);
    if (window.last) return finishChunk(range.upTo);
    // A silent provider would leave the whole chunk in doubt, window by window.
    if (telling.pauseMs > 0) return letGo(telling.pauseMs);
  }

  async function finishChunk(upTo: string, superseded = 0): Promise<Worked> {
    const now = clock.now();
    const last =
      entry === undefined || tally === undefined
        ? finishUnclaimed(entry, job.hold, range.after, { upTo, ...skipping(superseded) }, now)
        : finish(entry, tally, now);
    if (!(await swap(last))) return { kind: 'busy' };
    return { kind: 'done', entry: last, ...(nextAt !== undefined && { nextAt }) };
  }

  /** Confirms what was told and leaves the rest of the chunk for later. */
  async function letGo(afterMs: Millis, crowded = false): Promise<Worked> {
    if (!(await confirm())) return { kind: 'busy' };
    return { kind: 'again', afterMs, begun: entry !== seen, ...(crowded && { crowded }) };
  }

  /** Confirms what was told without claiming more. Returns whether the chunk was still ours. */
  async function confirm(): Promise<boolean> {
    if (entry === undefined || tally === undefined) return true;
    const confirmed = await swap(rest(entry, tally, clock.now()));
    if (confirmed) tally = undefined;
    return confirmed;
  }

  /** Waits for a turn. What was told is confirmed before a long wait. Returns whether the chunk is still ours. */
  async function waitFor(ms: Millis): Promise<boolean> {
    if (ms > UNCONFIRMED && !(await confirm())) return false;
    await pacer.wait(ms);
    return true;
  }

  /** Recipients in the rest of this chunk and in the next, if they are like this window: hashes are spread evenly. */
  function expectedAfter(window: Window, from: string): { expected: number; expectedAfter: number } {
    const seenShare = shareOf({ after: from, upTo: window.cursor });
    const density = seenShare > 0 ? window.recipients.length / seenShare : 0;
    return {
      expected: density * shareOf({ after: window.cursor, upTo: range.upTo }),
      expectedAfter: job.chunk + 1 < job.of ? density / job.of : 0,
    };
  }

  /** Undoes the claim of a window that was surely not sent. */
  async function handBack(afterMs: Millis): Promise<Worked> {
    if (entry !== undefined && !(await swap(giveBack(entry, clock.now())))) return { kind: 'busy' };
    return { kind: 'again', afterMs, begun: true };
  }

  /** The window as read within the last second, or undefined when reading cannot keep up. */
  async function freshen(window: Window, request: WindowRequest): Promise<Window | undefined> {
    let fresh = window;
    for (let reads = 1; clock.now() - fresh.readAt > FRESH; reads++) {
      if (reads === MOST_READS) return undefined;
      fresh = await readAgain(deps.subscribers, clock.now, request, fresh);
    }
    return fresh;
  }
}

/** The earlier of two instants, of which either may be none. */
export function sooner(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
