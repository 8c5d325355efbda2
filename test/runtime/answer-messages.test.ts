import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Doorbell } from '../../shared/domain/doorbell.ts';
import type { Answered } from '../../shared/fanout/deliver/lanes.ts';
import type { Ring } from '../../shared/fanout/plan.ts';
import { type AnswerMessagesDependencies, answerMessages } from '../../shared/runtime/answer-messages.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';

const NOW = Date.UTC(2021, 9, 13);
const ACKNOWLEDGE: Answered = { kind: 'acknowledge' };
const TROUBLE = Object.assign(new Error('unreachable'), { code: 'ECONNREFUSED' });

const doorbell = (chunk: number): Doorbell => ({
  page: 'batch',
  incident: 'outage',
  update: 'u1',
  channel: 'email',
  chunk,
  of: 16,
});

/** Nine doorbells and a message that is none, at `position`. */
function batch(poison: string, position: number): string[] {
  return Array.from({ length: 9 }, (_, chunk) => JSON.stringify(doorbell(chunk))).toSpliced(
    position,
    0,
    poison,
  );
}

/** A channel's function whose world does as it is told, and what it did, in order. */
function aFunction(overrides: Partial<AnswerMessagesDependencies> = {}) {
  const steps: string[] = [];
  const rung: Ring[] = [];
  const dead: { body: string; reason: string }[] = [];
  const log: LogEvent[] = [];
  const handler = answerMessages({
    channel: 'email',
    answerAll: async (doorbells) => {
      steps.push(`answer ${doorbells.map(({ chunk }) => chunk).join(' ')}`);
      return doorbells.map(() => ACKNOWLEDGE);
    },
    ring: async (rings) => {
      steps.push(`ring ${rings.map(({ doorbell: { chunk } }) => chunk).join(' ')}`);
      rung.push(...rings);
      return 0;
    },
    bury: async (body, reason) => {
      dead.push({ body, reason });
    },
    isTrouble,
    now: () => NOW,
    log: (event) => log.push(event),
    ...overrides,
  });
  const invoke = async (bodies: readonly string[], receives = 1) => {
    const attributes = { ApproximateReceiveCount: String(receives) };
    const Records = bodies.map((body, index) => ({ messageId: `m${index}`, body, attributes }));
    const { batchItemFailures } = await handler({ Records } as unknown as SQSEvent, NOW + 60_000); // all it reads
    steps.push('acknowledge');
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { invoke, steps, rung, dead, log };
}

const bodies = (count: number) =>
  Array.from({ length: count }, (_, chunk) => JSON.stringify(doorbell(chunk)));
const answering = (of: (chunk: number) => Answered) => ({
  answerAll: async (doorbells: readonly Doorbell[]) => doorbells.map(({ chunk }) => of(chunk)),
});

describe('a message that nobody can read', () => {
  it.each(Array.from({ length: 10 }, (_, position) => position))(
    'goes to the dead letters with its reason, from position %i; its nine mates are answered at once',
    async (position) => {
      const { invoke, steps, dead, log } = aFunction();
      expect(await invoke(batch('not JSON', position))).toEqual([]);
      expect(dead).toEqual([{ body: 'not JSON', reason: 'Expected JSON, got something else' }]);
      expect(steps).toContain('answer 0 1 2 3 4 5 6 7 8');
      expect(log).toContainEqual({
        event: 'doorbell.poison',
        channel: 'email',
        reason: 'Expected JSON, got something else',
        messageId: `m${position}`,
      });
    },
  );

  it('does not delay its mates while the dead-letter queue is slow', async () => {
    const buried = Promise.withResolvers<void>();
    const { invoke, steps } = aFunction({ bury: () => buried.promise });
    const done = invoke(batch('not JSON', 0));
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toEqual(['answer 0 1 2 3 4 5 6 7 8']);
    buried.resolve();
    expect(await done).toEqual([]);
  });

  it('comes back, alone, when the dead-letter queue refuses it', async () => {
    const { invoke } = aFunction({ bury: () => Promise.reject(TROUBLE) });
    expect(await invoke(batch('not JSON', 4))).toEqual(['m4']);
  });

  it('may be one of another channel', async () => {
    const { invoke, dead } = aFunction();
    const stray = JSON.stringify({ ...doorbell(0), channel: 'sms' });
    expect(await invoke([stray])).toEqual([]);
    expect(dead).toEqual([{ body: stray, reason: 'Expected channel email, got sms' }]);
  });

  it('may be one that names what does not exist', async () => {
    const { invoke, dead } = aFunction(
      answering((chunk) => (chunk === 1 ? { kind: 'poison', reason: 'Expected a page' } : ACKNOWLEDGE)),
    );
    expect(await invoke(bodies(3))).toEqual([]);
    expect(dead).toEqual([{ body: bodies(2)[1], reason: 'Expected a page' }]);
  });
});

describe('a doorbell that has to come back', () => {
  const again = answering((chunk) => (chunk === 1 ? { kind: 'ringAgain', afterMs: 5_000 } : ACKNOWLEDGE));

  it('is rung again after its wait, before it is acknowledged', async () => {
    const { invoke, steps, rung } = aFunction(again);
    expect(await invoke(bodies(3))).toEqual([]);
    expect(rung).toEqual([{ doorbell: doorbell(1), delayMs: 5_000 }]);
    expect(steps).toEqual(['ring 1', 'acknowledge']);
  });

  it.each([
    ['refuses it', async () => 1],
    ['is out of reach', () => Promise.reject(TROUBLE)],
  ])('is returned, and it alone, when the queue %s', async (_, ring) => {
    const { invoke } = aFunction({ ...again, ring });
    expect(await invoke(bodies(3))).toEqual(['m1']);
  });

  it('rings for nobody when nothing has to come back', async () => {
    const { invoke, steps } = aFunction();
    await invoke(bodies(3));
    expect(steps).toEqual(['answer 0 1 2', 'acknowledge']);
  });
});

describe('trouble of ours', () => {
  it('with one doorbell rings it again after 30 seconds', async () => {
    const { invoke, rung, log } = aFunction(
      answering((chunk) => (chunk === 1 ? { kind: 'trouble', error: TROUBLE } : ACKNOWLEDGE)),
    );
    expect(await invoke(bodies(3))).toEqual([]);
    expect(rung).toEqual([{ doorbell: doorbell(1), delayMs: 30_000 }]);
    expect(log).toContainEqual(expect.objectContaining({ event: 'doorbell.trouble', messageId: 'm1' }));
  });

  it('with all of them rings all of them again after 30 seconds', async () => {
    const { invoke, rung } = aFunction({ answerAll: () => Promise.reject(TROUBLE) });
    expect(await invoke(bodies(10))).toEqual([]);
    expect(rung.map(({ doorbell: { chunk }, delayMs }) => [chunk, delayMs])).toEqual(
      Array.from({ length: 10 }, (_, chunk) => [chunk, 30_000]),
    );
  });
});

describe('a bug', () => {
  it('fails its own message only', async () => {
    const error = new TypeError('x is undefined');
    const { invoke, rung, log } = aFunction(
      answering((chunk) => (chunk === 1 ? { kind: 'bug', error } : ACKNOWLEDGE)),
    );
    expect(await invoke(bodies(3))).toEqual(['m1']);
    expect(rung).toEqual([]);
    expect(log).toContainEqual(expect.objectContaining({ event: 'doorbell.bug', messageId: 'm1' }));
    expect(JSON.stringify(log)).not.toContain('x is undefined');
  });

  it('that stays makes its own message poison, with the reason; trouble does not', async () => {
    const { invoke, dead, rung } = aFunction(
      answering((chunk) => ({ kind: chunk === 1 ? 'bug' : 'trouble', error: new TypeError('x') })),
    );
    expect(await invoke(bodies(2), 4)).toEqual(['m1']);
    expect(dead).toEqual([]);
    expect(await invoke(bodies(2), 5)).toEqual([]);
    expect(dead).toEqual([
      { body: bodies(2)[1], reason: expect.stringMatching(/after 5 receives, got TypeError at /) },
    ]);
    expect(rung.map(({ doorbell: { chunk } }) => chunk)).toContain(0);
  });

  it('before any doorbell was looked at fails all that could be read', async () => {
    const { invoke, dead } = aFunction({ answerAll: () => Promise.reject(new TypeError('x')) });
    expect(await invoke(batch('not JSON', 2))).toEqual(
      Array.from({ length: 10 }, (_, index) => `m${index}`).filter((id) => id !== 'm2'),
    );
    expect(dead).toHaveLength(1);
  });
});
