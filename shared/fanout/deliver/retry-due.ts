import type { ChannelSizing } from '../../deployment/channels.ts';
import { type Audience, audienceOf } from '../../domain/audience.ts';
import type { Cause } from '../../domain/cause.ts';
import {
  abandonCall,
  type ExceptionRow,
  end,
  type FinalState,
  isOpen,
  settle,
  startCall,
} from '../../domain/exception.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import { type Instant, MINUTE, type Millis } from '../../domain/time.ts';
import type { ExceptionStore } from '../../store/exceptions.ts';
import { type ChunkJob, chunkRef, MARGIN } from './job.ts';
import { FRESH } from './next-window.ts';
import type { Pacer } from './pacer.ts';
import { type NewerDependencies, reachedByNewer } from './reached-by-newer.ts';
import { type SettleDoubtDependencies, settleDoubt, unlessInDoubt } from './settle-doubt.ts';
import { deliveryTo, earliest, noteAddresses, outcomeOf, type TellDependencies } from './tell.ts';

export type RetryDependencies = TellDependencies &
  SettleDoubtDependencies &
  NewerDependencies & {
    readonly exceptions: Pick<ExceptionStore, 'readChunk' | 'swap'>;
    readonly sizing: Pick<ChannelSizing, 'callTimeoutMs'>;
    readonly pacer: Pick<Pacer, 'take' | 'giveBack' | 'wait' | 'windowSize'>;
  };

/** A row that this worker has claimed for an attempt, and the row as it was before. */
interface Claimed {
  readonly row: ExceptionRow;
  readonly before: ExceptionRow;
}

interface Call extends Claimed {
  readonly recipient: Subscriber;
}

/** What is due within this time is rung for by whoever sees it: a sweep would be later. */
const UNTIL_SWEPT: Millis = MINUTE;

type Swap = (seen: ExceptionRow, next: ExceptionRow) => Promise<boolean>;

/**
 * Makes the attempts that are due in a finished chunk: at most one window's worth, each row claimed before its call.
 * Returns when the next of the rows that it touched is due, or of the others that are due before a sweep would find them. Rows
 * further off are for whoever touched them to ring for, so that doubled doorbells do not breed.
 */
export async function retryDue(deps: RetryDependencies, job: ChunkJob): Promise<Instant | undefined> {
  const ref = chunkRef(job, job.update);
  const open = (await deps.exceptions.readChunk(ref))
    .filter(isOpen)
    .sort((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0));
  const readAt = deps.clock.now();
  const due = open.filter(({ nextAt = 0 }) => nextAt <= readAt);
  const soon = open.filter(({ nextAt = 0 }) => nextAt > readAt && nextAt <= readAt + UNTIL_SWEPT);
  if (due.length === 0) return earliest(soon).nextAt;
  const callMs = deps.sizing.callTimeoutMs + MARGIN;
  if (job.deadline - readAt < callMs) return readAt;
  const turn = due.slice(0, deps.pacer.windowSize());
  const leave = await takeTurn(deps, turn.length, job.deadline - callMs - MARGIN);
  if (leave > 0) return deps.clock.now() + leave;
  const latest = new Map<string, ExceptionRow>();
  const swap: Swap = async (seen, next) => {
    const won = await deps.exceptions.swap(ref, seen, next, deps.clock.now());
    if (won) latest.set(next.h, next);
    return won;
  };

  let called = 0;
  const claimed = await collect(turn, (row) => claimRow(deps, job, row, swap));
  if (claimed.length > 0) {
    // After the claim and before the call: a newer update settles open rows before it claims, so one sees the other.
    const reached = await reachedByNewer(deps, job);
    const calledFrom = deps.clock.now();
    const calls = await collect(claimed, (row) => stillDue(deps, job, row, reached, swap));
    const callBy = Math.min(job.deadline, ...calls.map(({ row }) => row.nextAt ?? 0)) - callMs;
    const now = deps.clock.now();
    const begun = now <= callBy && now - calledFrom <= FRESH;
    if (!begun) await collect(calls, ({ row, before }) => swap(row, before));
    else if (calls.length > 0) await attempt(deps, job, calls, swap);
    called = begun ? calls.length : 0;
  }
  deps.pacer.giveBack(turn.length - called);
  if (due.length > turn.length) return deps.clock.now();
  return earliest([...soon.filter(({ h }) => !latest.has(h)), ...[...latest.values()].filter(isOpen)]).nextAt;
}

/** Takes leave for so many attempts, and waits for it. Returns how long to stay away where there is none. */
async function takeTurn({ pacer }: RetryDependencies, tokens: number, latest: Instant): Promise<Millis> {
  const turn = await pacer.take({ tokens, expected: 0, expectedAfter: 0, latest, patient: true });
  if (turn.kind === 'later') return Math.max(1, turn.afterMs);
  await pacer.wait(turn.waitMs);
  return 0;
}

/** Takes a due row as far as it goes without a call: settled, put off, or claimed. Returns it when claimed. */
async function claimRow(
  deps: RetryDependencies,
  job: ChunkJob,
  row: ExceptionRow,
  swap: Swap,
): Promise<Claimed | undefined> {
  if (row.state === 'calling') {
    await swap(row, abandonCall(row));
    return undefined;
  }
  const settled = row.state === 'doubt' ? await settleDoubt(deps, job, row) : row;
  if (settled.state !== 'waiting') {
    await swap(row, settled);
    return undefined;
  }
  const calling = startCall(settled, deps.clock.now(), job.hold);
  return (await swap(row, calling)) ? { row: calling, before: row } : undefined;
}

/** The call to make for a claimed row, unless its recipient has left or a newer update has reached it. */
async function stillDue(
  deps: RetryDependencies,
  job: ChunkJob,
  { row, before }: Claimed,
  reached: Audience,
  swap: Swap,
): Promise<Call | undefined> {
  const giveUp = async (state: FinalState, cause: Cause) => {
    await swap(row, unlessInDoubt(deps.sender, before) ?? end(row, state, cause));
    return undefined;
  };
  const recipient = await deps.subscribers.get(job.page.id, job.channel, row.h);
  if (recipient === undefined || !audienceOf(job.incident, job.update)(recipient))
    return giveUp('suppressed', 'fanout.leftBefore');
  if (job.expired) return giveUp('failed', 'fanout.expired');
  if (reached(recipient)) return giveUp('superseded', 'fanout.newerUpdate');
  return { row, before, recipient };
}

async function attempt(
  deps: RetryDependencies,
  job: ChunkJob,
  calls: readonly Call[],
  swap: Swap,
): Promise<void> {
  const { clock } = deps;
  const calledAt = clock.now();
  const recipients = calls.map(({ recipient }) => recipient);
  const outcomes = await deps.sender.send(
    job,
    calls.map(({ row, recipient }) => deliveryTo(recipient, job, row.attempt + 1)),
  );
  await deps.breaker.note(outcomes);
  const now = clock.now();
  await Promise.all(
    calls.map(({ row }, index) =>
      swap(
        row,
        settle(row, outcomeOf(outcomes, index, job.channel), {
          channel: job.channel,
          calledAt,
          callerEndsAt: job.hold.endsAt,
          now,
          random: clock.random(),
        }),
      ),
    ),
  );
  await noteAddresses(deps, job, recipients, outcomes, now);
}

async function collect<T, R>(items: readonly T[], take: (item: T) => Promise<R | undefined>): Promise<R[]> {
  return (await Promise.all(items.map(take))).filter((result) => result !== undefined);
}
