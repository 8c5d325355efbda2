import type { SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { between, seededRandom } from '../../chaos/world/random.ts';
import type { Doorbell } from '../../shared/domain/doorbell.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/domain/time.ts';
import type { Ring } from '../../shared/fanout/plan.ts';
import { answerMessages } from '../../shared/runtime/answer-messages.ts';
import { ownRings } from '../../shared/runtime/own-rings.ts';

const doorbell: Doorbell = { page: 'p', incident: 'i', update: 'u', channel: 'sms', chunk: 0, of: 1 };

/** Nobody waits for powers of three. */
const TOO_MANY = 1_000;

/**
 * An hour during which every doorbell has to wait, with a queue that gives out each message so many times. Returns how many messages
 * are in it at most, and the longest that nobody looked.
 */
async function anHourOfWaiting({ copies, processes }: { copies: number; processes: number }) {
  const random = seededRandom(7);
  let now = 0;
  let queue: { at: number; body: string }[] = [];
  const send = (body: string, at: number) => {
    for (let copy = 0; copy < copies; copy++) queue.push({ at: at + between(random, 0, 2 * SECOND), body });
  };
  const handlers = Array.from({ length: processes }, () =>
    answerMessages({
      channel: 'sms',
      answerAll: async (doorbells) =>
        doorbells.map(() => ({ kind: 'ringAgain', afterMs: MINUTE + between(random, 0, 5 * SECOND) })),
      ring: async (rings) => {
        for (const ring of rings) send(JSON.stringify(ring.doorbell), now + ring.delayMs);
        return 0;
      },
      bury: async () => {},
      isTrouble: () => true,
      now: () => now,
      log: () => {},
    }),
  );
  send(JSON.stringify(doorbell), 0);
  let most = 0;
  let longest = 0;
  while (now < HOUR) {
    most = Math.max(most, queue.length);
    if (most > TOO_MANY) break;
    const next = Math.min(...queue.map(({ at }) => at));
    longest = Math.max(longest, next - now);
    now = Math.max(now, next);
    const batch = queue.filter(({ at }) => at <= now).slice(0, 10);
    queue = queue.filter((message) => !batch.includes(message));
    const Records = batch.map(({ body }, index) => ({
      messageId: `m${index}`,
      body,
      attributes: { ApproximateReceiveCount: '1' },
    }));
    const handle = handlers[between(random, 0, processes - 1)];
    const answer = await handle?.({ Records } as unknown as SQSEvent, now + MINUTE); // all it reads
    expect(answer).toEqual({ batchItemFailures: [] });
  }
  return { most, longest };
}

it('copies of a doorbell that waits do not breed, however often each message is given out', async () => {
  const { most, longest } = await anHourOfWaiting({ copies: 3, processes: 5 });
  expect(most).toBeLessThan(150);
  expect(longest).toBeLessThan(70 * SECOND);
});

it('a doorbell that is given out once goes on by itself', async () => {
  expect(await anHourOfWaiting({ copies: 1, processes: 5 })).toMatchObject({ most: 1 });
});

it('a ring is covered by one that comes no later, until that one can have been heard', () => {
  let now = 0;
  const own = ownRings(() => now);
  const ring = (delayMs: number): Ring => ({ doorbell, delayMs });
  expect(own.covers(ring(10_000))).toBe(false);
  own.remember([ring(10_000)]);
  expect(own.covers(ring(10_000))).toBe(true);
  expect(own.covers(ring(60_000))).toBe(true);
  expect(own.covers(ring(5_000))).toBe(false);
  expect(own.covers({ doorbell: { ...doorbell, chunk: 1 }, delayMs: 10_000 })).toBe(false);
  now = 10_000;
  expect(own.covers(ring(10_000))).toBe(false);
});

it('a wait beyond what the queue takes is covered by one that is cut to it', () => {
  const own = ownRings(() => 0);
  own.remember([{ doorbell, delayMs: 3 * HOUR }]);
  expect(own.covers({ doorbell, delayMs: 2 * HOUR })).toBe(true);
  expect(own.covers({ doorbell, delayMs: 14 * MINUTE })).toBe(false);
});
