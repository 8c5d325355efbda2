import {
  type ChunkEntry,
  chunkState,
  claim,
  confirmAndClaim,
  finish,
  giveBack,
  NOTHING,
  position,
  rest,
  takeOver,
  type WindowTally,
} from '../../shared/domain/chunk.ts';
import {
  abandonCall,
  doubtRow,
  type ExceptionRow,
  end,
  foundTold,
  isOpen,
  settle,
  startCall,
} from '../../shared/domain/exception.ts';
import { MARGIN } from '../../shared/fanout/deliver/job.ts';
import { settleRow } from '../../shared/fanout/deliver/settle-earlier.ts';
import { CALL_TIMEOUT, LEASE, PEOPLE, put, type State, type Worker } from './state.ts';

const LOW = '0';
const UP_TO = 'g';

/**
 * One step of a handling, which is one request to a table or the provider: what `answerDoorbell`, `workChunk` and `retryDue` do
 * between two awaits, with the product's own transitions. The steps are written down here a second time; what they lead to is not.
 */
export function act(state: State, worker: Worker, index: number): State[] {
  const go = (more: Partial<Worker>, to: State = state): State[] => [
    { ...to, workers: put(to.workers, index, { ...worker, ...more }) },
  ];
  const stop = (to: State = state): State[] => [{ ...to, workers: put(to.workers, index, null) }];
  const ringAgain = (to: State = state): State[] => stop({ ...to, bells: put(to.bells, worker.bell, 1) });
  const { now } = state;
  const { on } = worker;
  const hold = { owner: `w${index}`, leaseMs: LEASE, endsAt: worker.endsAt };
  const entry = worker.seen[on] ?? undefined;

  const swapEntry = (to: ChunkEntry): State | undefined => {
    const is = state.entries[on] ?? undefined;
    const same =
      entry === undefined
        ? is === undefined
        : is !== undefined &&
          !is.done &&
          is.owner === entry.owner &&
          is.cursor === entry.cursor &&
          is.leaseUntil === entry.leaseUntil;
    return same ? { ...state, entries: put(state.entries, on, to) } : undefined;
  };
  const swapRow = (update: number, from: ExceptionRow, to: ExceptionRow): State | undefined => {
    const person = PEOPLE.indexOf(from.h as '1');
    const is = state.rows[update]?.[person];
    const same =
      is?.state === from.state &&
      is.attempt === from.attempt &&
      is.nextAt === from.nextAt &&
      is.overtaken === from.overtaken;
    return same
      ? { ...state, rows: put(state.rows, update, put(state.rows[update] ?? [], person, to)) }
      : undefined;
  };
  const knows = (to: ChunkEntry): Partial<Worker> => ({ seen: put(worker.seen, on, to) });
  const tally: WindowTally | undefined =
    worker.left === undefined
      ? undefined
      : { ...NOTHING, told: worker.left === 0 ? 1 : 0, exceptions: worker.left };
  const claimedUpTo = (cursor: string) =>
    entry === undefined || tally === undefined
      ? claim(entry, hold, LOW, cursor, now)
      : confirmAndClaim(entry, tally, hold, cursor, now);
  const { left: _left, ...untold } = worker;
  const person = PEOPLE.findIndex((h) => h > position(entry, LOW));
  const h = PEOPLE[person] ?? '';
  const isLast = person === PEOPLE.length - 1;

  /** The first of the updates up to the doorbell's that is not done. */
  const choose = (seen: readonly (ChunkEntry | null)[], to: State): State[] => {
    for (let update = 0; update <= worker.bell; update++) {
      const found = seen[update] ?? undefined;
      const is = chunkState(found, now);
      if (is === 'done') continue;
      // On the doorbell's own update somebody else is at work; an earlier one is waited for.
      if (is === 'claimed') return update === worker.bell ? stop(to) : ringAgain(to);
      const begun = {
        ...untold,
        on: update,
        seen,
        next: is === 'abandoned' ? ('takeOver' as const) : ('window' as const),
      };
      return [{ ...to, workers: put(to.workers, index, begun) }];
    }
    return [
      { ...to, workers: put(to.workers, index, { ...untold, on: worker.bell, seen, next: 'readRows' }) },
    ];
  };

  switch (worker.next) {
    case 'read': {
      const own = state.entries[worker.bell];
      if (own?.done) return go({ seen: state.entries, next: 'readRows' });
      return choose(state.entries, state);
    }
    case 'takeOver': {
      if (entry === undefined) return stop();
      const to = takeOver(entry, hold, now);
      const swapped = swapEntry(to);
      return swapped ? go({ ...knows(to), next: 'recordDoubt' }, swapped) : ringAgain();
    }
    case 'recordDoubt': {
      if (entry === undefined) return stop();
      const inDoubt = PEOPLE.findIndex((one) => one > entry.prev && one <= entry.cursor);
      const row =
        state.rows[on]?.[inDoubt] ?? doubtRow(PEOPLE[inDoubt] ?? '', entry.claimedAt, entry.endsAt, now);
      const rows = put(state.rows, on, put(state.rows[on] ?? [], inDoubt, row));
      return go({ left: 1, next: person < 0 ? 'finish' : 'window' }, { ...state, rows });
    }
    case 'window': {
      if (person < 0) return go({ next: 'finish' });
      const earlier =
        on === 1 && (worker.seen[0]?.counts.exceptions ?? 0) > 0 ? state.rows[0]?.[person] : undefined;
      if (earlier == null || !isOpen(earlier)) return go({ next: 'claim' });
      const settled = settleRow(earlier, now, 'ask');
      if (typeof settled === 'number') return go({ next: 'rest' });
      return settled === earlier
        ? go({ next: 'claim' })
        : go({ row: earlier, becomes: settled, next: 'settle' });
    }
    case 'settle': {
      const { row, becomes, ...rested } = worker;
      if (row === undefined || becomes === undefined) return stop();
      const swapped = swapRow(0, row, becomes);
      const to = swapped ?? state;
      return [{ ...to, workers: put(to.workers, index, { ...rested, next: swapped ? 'claim' : 'rest' }) }];
    }
    case 'claim': {
      const to = claimedUpTo(isLast ? UP_TO : h);
      const swapped = swapEntry(to);
      if (swapped === undefined) return on === worker.bell ? stop() : ringAgain();
      return [
        { ...swapped, workers: put(swapped.workers, index, { ...untold, ...knows(to), next: 'send' }) },
      ];
    }
    case 'send': {
      if (entry === undefined) return stop();
      if (Math.min(entry.leaseUntil, worker.endsAt) - now < CALL_TIMEOUT + MARGIN)
        return go({ next: 'giveBack' });
      const claimed = PEOPLE.find((one) => one > entry.prev && one <= entry.cursor) ?? '';
      const calls = [...state.calls, { update: on, h: claimed, by: index, landBy: now + CALL_TIMEOUT }];
      return go({ next: 'sending' }, { ...state, calls });
    }
    case 'sending': {
      if (state.calls.some(({ by }) => by === index)) return [];
      return go({ left: 0, next: person < 0 ? 'finish' : 'window' });
    }
    case 'giveBack': {
      if (entry !== undefined) return ringAgain(swapEntry(giveBack(entry, now)));
      return stop();
    }
    case 'rest': {
      if (entry === undefined || tally === undefined) return ringAgain();
      return ringAgain(swapEntry(rest(entry, tally, now)));
    }
    case 'finish': {
      const to = finish(claimedUpTo(UP_TO), NOTHING, now);
      const swapped = swapEntry(to);
      if (swapped === undefined) return on === worker.bell ? stop() : ringAgain();
      return choose(put(worker.seen, on, to), swapped);
    }
    case 'readRows': {
      const row = (state.rows[on] ?? []).find(
        (one) => one !== null && isOpen(one) && (one.nextAt ?? 0) <= now,
      );
      if (row == null) return stop();
      if (row.state === 'calling') return go({ row, becomes: abandonCall(row), next: 'endRow' });
      return row.state === 'doubt'
        ? go({ row, next: 'ask' })
        : go({ row, becomes: startCall(row, now, hold), next: 'claimRow' });
    }
    case 'ask': {
      const { row } = worker;
      if (row === undefined) return stop();
      if ((state.told[on]?.[PEOPLE.indexOf(row.h as '1')] ?? 0) > 0)
        return go({ becomes: foundTold(row, 'p'), next: 'endRow' });
      if (row.overtaken) return go({ becomes: end(row, 'superseded', 'fanout.newerUpdate'), next: 'endRow' });
      return go({ becomes: startCall({ ...row, state: 'waiting' }, now, hold), next: 'claimRow' });
    }
    case 'claimRow': {
      const { row, becomes } = worker;
      if (row === undefined || becomes === undefined) return stop();
      const swapped = swapRow(on, row, becomes);
      return swapped ? go({ row: becomes, next: 'look' }, swapped) : ringAgain();
    }
    case 'look': {
      const { row } = worker;
      if (row === undefined) return stop();
      const isReached = on === 0 && (state.entries[1]?.cursor ?? '') >= row.h;
      return isReached
        ? go({ becomes: end(row, 'superseded', 'fanout.newerUpdate'), next: 'endRow' })
        : go({ next: 'resend' });
    }
    case 'resend': {
      const { row } = worker;
      if (row === undefined) return stop();
      if (now > Math.min(worker.endsAt, row.nextAt ?? 0) - CALL_TIMEOUT - MARGIN) {
        return go({ becomes: abandonCall(row), next: 'endRow' });
      }
      const calls = [...state.calls, { update: on, h: row.h, by: index, landBy: now + CALL_TIMEOUT }];
      return go({ next: 'resending' }, { ...state, calls });
    }
    case 'resending': {
      const { row } = worker;
      if (row === undefined || state.calls.some(({ by }) => by === index)) return [];
      const context = {
        channel: 'sms',
        calledAt: row.calledAt ?? 0,
        callerEndsAt: worker.endsAt,
        now,
        random: 0,
      } as const;
      return go({ becomes: settle(row, { kind: 'sent', providerId: 'p' }, context), next: 'endRow' });
    }
    case 'endRow': {
      const { row, becomes } = worker;
      if (row === undefined || becomes === undefined) return stop();
      return ringAgain(swapRow(on, row, becomes));
    }
  }
}
