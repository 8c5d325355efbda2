import { describe, expect, it } from 'vitest';
import {
  type AttemptContext,
  abandonCall,
  askLater,
  doubtRow,
  firstRow,
  GRACE,
  isOpen,
  markOvertaken,
  settle,
  startCall,
} from '../../shared/domain/exception.ts';
import type { Outcome } from '../../shared/domain/outcome.ts';
import { DAY, SECOND } from '../../shared/domain/time.ts';

const context: AttemptContext = {
  channel: 'email',
  calledAt: 1_000,
  callerEndsAt: 60_000,
  now: 2_000,
  random: 0.5,
};

describe('an exception row', () => {
  it('is not made for a delivery that simply succeeded', () => {
    expect(firstRow('h', { kind: 'sent', providerId: 'x' }, context)).toBeUndefined();
  });

  it.each<[Outcome, object]>([
    [
      { kind: 'retry', cause: 'email.FAILED' },
      { state: 'waiting', attempt: 1, nextAt: 2_000 + 5 * SECOND },
    ],
    [
      { kind: 'backoff', cause: 'c', scope: 'endpoint', afterMs: 700 },
      { state: 'waiting', attempt: 0, nextAt: 2_700 },
    ],
    [
      { kind: 'halt', cause: 'c', afterMs: 900 },
      { state: 'waiting', attempt: 0, nextAt: 2_900 },
    ],
    [
      { kind: 'quarantine', cause: 'c', scope: 'recipient' },
      { state: 'failed', cause: 'c' },
    ],
    [
      { kind: 'drop', cause: 'c' },
      { state: 'failed', cause: 'c' },
    ],
    [
      { kind: 'inDoubt', cause: 'c' },
      { state: 'doubt', nextAt: 1_000 + GRACE, callerEndsAt: 2_000 },
    ],
  ])('after %o is %o', (outcome, expected) => {
    expect(firstRow('h', outcome, context)).toMatchObject(expected);
  });

  it('fails when its schedule is used up, and only then', () => {
    let row = firstRow('h', { kind: 'retry', cause: 'c' }, context);
    const states: string[] = [];
    while (row !== undefined && isOpen(row)) {
      states.push(row.state);
      row = settle(
        startCall(row, 3_000, { owner: 'me', leaseMs: 1_000, endsAt: 60_000 }),
        { kind: 'retry', cause: 'c' },
        context,
      );
    }
    expect(states).toHaveLength(4);
    expect(row).toMatchObject({ state: 'failed', attempt: 5, cause: 'c' });
    expect(row).not.toHaveProperty('nextAt');
  });

  it('never spends an attempt on trouble of ours or of the whole sender', () => {
    let row = firstRow('h', { kind: 'halt', cause: 'c', afterMs: 1 }, context);
    for (let round = 0; round < 50 && row; round++) {
      row = settle(
        startCall(row, 3_000, { owner: 'me', leaseMs: 1_000, endsAt: 60_000 }),
        { kind: 'backoff', cause: 'c', scope: 'sender', afterMs: 1 },
        context,
      );
    }
    expect(row).toMatchObject({ state: 'waiting', attempt: 0 });
  });

  it('is in doubt when its caller vanished, for the grace or as long as the caller may live', () => {
    const calling = startCall(doubtRow('h', 0, 0, 0), 10_000, {
      owner: 'me',
      leaseMs: 5_000,
      endsAt: 400_000,
    });
    expect(abandonCall(calling)).toMatchObject({ state: 'doubt', nextAt: 400_000 });
    const brief = startCall(doubtRow('h', 0, 0, 0), 10_000, { owner: 'me', leaseMs: 5_000, endsAt: 20_000 });
    expect(abandonCall(brief)).toMatchObject({ state: 'doubt', nextAt: 10_000 + GRACE });
  });

  it('is asked about for a day at most', () => {
    const row = doubtRow('h', 0, 0, 0);
    expect(askLater(row, DAY)).toMatchObject({ state: 'doubt' });
    expect(askLater(row, DAY + 1)).toMatchObject({ state: 'inDoubt' });
  });

  it('remembers that a newer update has overtaken it', () => {
    expect(
      markOvertaken(startCall(doubtRow('h', 0, 0, 0), 5, { owner: 'me', leaseMs: 5, endsAt: 5 })),
    ).toMatchObject({ state: 'doubt', overtaken: true });
  });
});
