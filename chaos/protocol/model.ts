import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import { chunkState } from '../../shared/domain/chunk.ts';
import { isOpen } from '../../shared/domain/exception.ts';
import { type Millis, SECOND } from '../../shared/domain/time.ts';
import { PEOPLE, put, type State, UPDATES, type Worker } from './state.ts';
import { act } from './worker.ts';

const INVOCATION: Millis = CHANNEL_SIZING.sms.timeoutSeconds * SECOND;

/** One step that may come next. */
export interface Step<S> {
  readonly name: string;
  readonly to: S;
}

/** All that may happen next. */
export function next(state: State): Step<State>[] {
  return [...handlings(state), ...landings(state), ...deaths(state), ...sweeps(state), ...passings(state)];
}

function handlings(state: State): Step<State>[] {
  return state.workers.flatMap((worker, index): Step<State>[] => {
    if (worker !== null)
      return act(state, worker, index).map((to) => ({ name: `worker ${index}: ${worker.next}`, to }));
    return UPDATES.filter((bell) => (state.bells[bell] ?? 0) > 0).flatMap((bell) => {
      const rung: Worker = { bell, on: bell, endsAt: state.now + INVOCATION, next: 'read', seen: [] };
      const begun = { ...state, workers: put(state.workers, index, rung) };
      const taken = { ...begun, bells: put(state.bells, bell, (state.bells[bell] ?? 0) - 1) };
      const name = `worker ${index} takes the doorbell of ${bell}`;
      return [
        { name, to: taken },
        ...(state.copies > 0
          ? [{ name: `${name}, which stays`, to: { ...begun, copies: state.copies - 1 } }]
          : []),
      ];
    });
  });
}

/** The provider takes a call; that of a dead process may never arrive. */
function landings(state: State): Step<State>[] {
  return state.calls.flatMap((call, index) => {
    const calls = state.calls.filter((_, other) => other !== index);
    const person = PEOPLE.indexOf(call.h as '1');
    const told = put(
      state.told,
      call.update,
      put(state.told[call.update] ?? [], person, (state.told[call.update]?.[person] ?? 0) + 1),
    );
    const outOfOrder = state.outOfOrder || (call.update === 0 && (state.told[1]?.[person] ?? 0) > 0);
    const name = `${call.h} is told of ${call.update}`;
    const landed = { name, to: { ...state, calls, told, outOfOrder } };
    return call.by >= 0
      ? [landed]
      : [landed, { name: `${call.h} is not told of ${call.update}`, to: { ...state, calls } }];
  });
}

function deaths(state: State): Step<State>[] {
  if (state.crashes === 0) return [];
  return state.workers.flatMap((worker, index) =>
    worker === null
      ? []
      : [{ name: `worker ${index} dies`, to: { ...die(state, index), crashes: state.crashes - 1 } }],
  );
}

/** A message whose receiver died comes back. */
function die(state: State, index: number): State {
  const bell = state.workers[index]?.bell ?? 0;
  return {
    ...state,
    workers: put(state.workers, index, null),
    calls: state.calls.map((call) => (call.by === index ? { ...call, by: -1 } : call)),
    bells: put(state.bells, bell, Math.max(1, state.bells[bell] ?? 0)),
  };
}

/** The sweeper rings where nothing rings any more and something is left to do. */
function sweeps(state: State): Step<State>[] {
  if (state.bells.some((count) => count > 0) || state.workers.some((worker) => worker !== null)) return [];
  return UPDATES.filter((update) => !isThrough(state, update)).map((update) => ({
    name: `the sweeper rings for ${update}`,
    to: { ...state, bells: put(state.bells, update, 1) },
  }));
}

/** Time passes until the next instant that means anything to anybody, and no process outlives its invocation. */
function passings(state: State): Step<State>[] {
  const isBusy = state.workers.some((worker) => worker !== null);
  if (isBusy && state.pauses === 0) return [];
  const instants = [
    ...state.entries.flatMap((entry) =>
      entry === null || entry.done ? [] : [entry.leaseUntil, entry.endsAt],
    ),
    ...state.rows
      .flat()
      .flatMap((row) => (row === null || !isOpen(row) ? [] : [row.nextAt ?? 0, row.callerEndsAt ?? 0])),
    ...state.workers.flatMap((worker) => (worker === null ? [] : [worker.endsAt])),
    ...state.calls.map(({ landBy }) => landBy),
  ].filter((instant) => instant > state.now);
  if (instants.length === 0) return [];
  const now = Math.min(...instants);
  if (state.calls.some(({ landBy }) => landBy < now || landBy <= state.now)) return [];
  if (state.workers.some((worker) => worker !== null && worker.endsAt <= now)) return [];
  return [
    {
      name: `time passes until ${now}`,
      to: { ...state, now, pauses: isBusy ? state.pauses - 1 : state.pauses },
    },
  ];
}

function isThrough({ entries, rows, now }: State, update: number): boolean {
  const entry = entries[update] ?? undefined;
  return (
    chunkState(entry, now) === 'done' && (rows[update] ?? []).every((row) => row === null || !isOpen(row))
  );
}

export function isEnd(state: State): boolean {
  return (
    UPDATES.every((update) => isThrough(state, update)) &&
    state.workers.every((worker) => worker === null) &&
    state.calls.length === 0 &&
    state.bells.every((count) => count === 0)
  );
}

/** What must never be. */
export function object(state: State): string | undefined {
  const { told, rows, entries, outOfOrder } = state;
  if (outOfOrder) return 'somebody heard of an older update after a newer one';
  if (told.flat().some((times) => times > 1)) return 'somebody was told twice';
  if (!isEnd(state)) return undefined;
  for (const update of UPDATES) {
    const left = (rows[update] ?? []).filter((row) => row !== null);
    if ((entries[update]?.counts.told ?? 0) + left.length !== PEOPLE.length)
      return `the counts of ${update} do not add up`;
    for (const [person] of PEOPLE.entries()) {
      const times = told[update]?.[person] ?? 0;
      const row = rows[update]?.[person];
      const says = row === null || row?.state === 'told' ? 1 : 0;
      if (times !== says) return `the ledger says ${says}, the provider ${times}`;
      if (times === 0 && (update === 1 || row?.state !== 'superseded'))
        return `somebody was not told of ${update}`;
    }
  }
  return undefined;
}
