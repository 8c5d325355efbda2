import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { ConfirmationRequest } from '../../shared/domain/confirmation.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { answerConfirmations } from '../../shared/runtime/answer-confirmations.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import type { RequestAnswer } from '../../shared/subscriptions/messengers.ts';
import { virtualClock } from '../fanout/virtual-clock.ts';

const REQUEST: ConfirmationRequest = { kind: 'confirm', page: 'batch', channel: 'email', h: 'a'.repeat(24) };

function aFunction(answer: (request: ConfirmationRequest) => Promise<RequestAnswer>, turns: number[] = []) {
  const clock = virtualClock();
  const rung: [ConfirmationRequest, number | undefined][] = [];
  const buried: string[] = [];
  const pauses: number[] = [];
  const log: LogEvent[] = [];
  const handle = answerConfirmations({
    answer,
    turn: async () => turns.shift() ?? 0,
    ring: async (request, delayMs) => void rung.push([request, delayMs]),
    bury: async (body) => void buried.push(body),
    isTrouble: (error) => error instanceof Error && error.name === 'Trouble',
    pause: async (ms) => void pauses.push(ms),
    spacingMs: 200,
    callTimeoutMs: 20 * SECOND,
    now: clock.now,
    log: (event) => void log.push(event),
  });
  const give = (bodies: readonly string[], leftMs: number = MINUTE, receives = 1) => {
    const attributes = { ApproximateReceiveCount: String(receives) };
    const event = { Records: bodies.map((body, index) => ({ messageId: `m${index}`, body, attributes })) };
    return handle(event as unknown as SQSEvent, clock.now() + leftMs); // all it reads
  };
  return { give, rung, buried, pauses, log };
}

const body = JSON.stringify(REQUEST);

describe('a message of the confirmation queue', () => {
  it('is answered and acknowledged, each at its pace, and logged without an address', async () => {
    const { give, pauses, log } = aFunction(async () => ({ kind: 'sent' }));
    expect(await give([body, body, body])).toEqual({ batchItemFailures: [] });
    expect(pauses).toEqual([200, 200]);
    expect(log).toHaveLength(3);
    expect(log[0]).toMatchObject({ event: 'confirmation.answered', kind: 'confirm', answer: 'sent' });
  });

  it('waits a moment for its part of the rate, and for longer in the queue', async () => {
    const answered: string[] = [];
    const { give, pauses, rung } = aFunction(
      async ({ h }) => {
        answered.push(h);
        return { kind: 'sent' };
      },
      [700, 0, 20 * SECOND],
    );
    expect(await give([body, body])).toEqual({ batchItemFailures: [] });
    expect(pauses).toEqual([700, 200]);
    expect(answered).toHaveLength(1);
    // It comes back as it was: waiting for the rate puts nobody off.
    expect(rung).toEqual([[REQUEST, 20 * SECOND]]);
  });

  it.each(['', '{}', '[]', 'null', body.replace('confirm', 'shout'), body.replace('aaaa', 'a@b#')])(
    'that can never be understood is put aside with its reason: %s',
    async (poison) => {
      const { give, buried, log } = aFunction(async () => ({ kind: 'sent' }));
      expect(await give([poison])).toEqual({ batchItemFailures: [] });
      expect(buried).toEqual([poison]);
      expect(log).toMatchObject([{ event: 'confirmation.poison' }]);
    },
  );

  it('that no provider took comes back later each time, and not for ever', async () => {
    const { give, rung } = aFunction(async () => ({
      kind: 'later',
      cause: 'email.throttled',
      afterMs: 5_000,
    }));
    await give([body]);
    expect(rung).toEqual([[{ ...REQUEST, putOff: 1 }, 5_000]]);
    await give([JSON.stringify({ ...REQUEST, putOff: 9 })]);
    expect(rung.at(-1)).toEqual([{ ...REQUEST, putOff: 10 }, 15 * MINUTE]);
    await give([JSON.stringify({ ...REQUEST, putOff: 12 })]);
    expect(rung).toHaveLength(2);
  });

  it('comes back in trouble of our own, stays for a bug, and is not begun without time for it', async () => {
    const trouble = aFunction(async () => {
      throw Object.assign(new Error('down'), { name: 'Trouble' });
    });
    expect(await trouble.give([body])).toEqual({ batchItemFailures: [] });
    expect(trouble.rung).toEqual([[REQUEST, 30 * SECOND]]);

    const bug = aFunction(async () => {
      throw new Error('a@example.com');
    });
    expect(await bug.give([body])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(JSON.stringify(bug.log)).not.toContain('example.com');
    expect(await bug.give([body], undefined, 5)).toEqual({ batchItemFailures: [] });
    expect(bug.buried).toEqual([body]);

    const late = aFunction(async () => {
      throw new Error('begun');
    });
    expect(await late.give([body], 19 * SECOND)).toEqual({ batchItemFailures: [] });
    expect(late.rung).toEqual([[REQUEST, undefined]]);
  });
});
