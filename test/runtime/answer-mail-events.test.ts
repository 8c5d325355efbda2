import type { SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { answerMailEvents } from '../../shared/runtime/answer-mail-events.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { bounceText } from '../feedback/email/events.ts';

/** Messages at their first receive, unless said otherwise. */
const batchAt = (receives: number, ...bodies: string[]) =>
  ({
    Records: bodies.map((body, n) => ({
      body,
      messageId: `m${n}`,
      attributes: { ApproximateReceiveCount: String(receives) },
    })),
  }) as unknown as SQSEvent; // all that is read
const batch = (...bodies: string[]) => batchAt(1, ...bodies);

it('puts aside what nobody can read, without its addresses, and lets nothing stand in the way of the others', async () => {
  const buried: { body: string; reason: string }[] = [];
  const lines: LogEvent[] = [];
  const answer = answerMailEvents({
    answer: async ({ mail }) => {
      if (mail.page === 'trouble') throw Object.assign(new Error('x'), { code: 'ECONNRESET' });
      if (mail.page === 'bug') throw new TypeError('kim@example.com');
      return { kind: 'giveUp', cause: 'email.bounced' };
    },
    bury: async (body, reason) => {
      buried.push({ body, reason });
    },
    isTrouble: (error) => error instanceof Error && 'code' in error,
    log: (line) => lines.push(line),
  });
  const malformed = '{"eventType":"Bounce","mail":{"destination":["Kim <kim@example.com>"]}}';
  const result = await answer(
    batch(
      malformed,
      bounceText({ tags: { page_id: ['trouble'] } }),
      bounceText(),
      bounceText({ tags: { page_id: ['bug'] } }),
    ),
  );
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }] });
  expect(buried).toEqual([
    {
      body: '{"eventType":"Bounce","mail":{"destination":["Kim <(address)>"]}}',
      reason: 'Expected an event of SES, got faults in mail.timestamp, mail.tags',
    },
  ]);
  expect(lines.map(({ event }) => event).sort()).toEqual([
    'mail.bug',
    'mail.poison',
    'mail.reported',
    'mail.trouble',
  ]);
  expect(lines.find(({ event }) => event === 'mail.reported')).toEqual({
    event: 'mail.reported',
    report: 'bounce',
    judgement: 'giveUp',
    cause: 'email.bounced',
    page: 'batch',
    reports: 1,
    h: 'a1b2c3d4e5f6a1b2c3d4e5f6',
    update: 'u1',
    delivery: 'd1',
  });
  expect(JSON.stringify(lines)).not.toContain('kim');
});

it('that cannot be put aside comes again', async () => {
  const answer = answerMailEvents({
    answer: () => Promise.reject(new Error('not asked')),
    bury: () => Promise.reject(new Error('no queue')),
    isTrouble: () => true,
    log: () => undefined,
  });
  expect(await answer(batch('{}'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
});

it('outlasts trouble, however often it was received, and becomes poison by a bug that stays', async () => {
  const buried: { body: string; reason: string }[] = [];
  const failing = (error: Error) =>
    answerMailEvents({
      answer: () => Promise.reject(error),
      bury: async (body, reason) => {
        buried.push({ body, reason });
      },
      isTrouble: ({ name }: Error) => name === 'TimeoutError',
      log: () => undefined,
    } as Parameters<typeof answerMailEvents>[0]); // what is thrown here are errors
  const again = { batchItemFailures: [{ itemIdentifier: 'm0' }] };
  const trouble = failing(Object.assign(new Error('away'), { name: 'TimeoutError' }));
  for (const receives of [1, 5, 400]) expect(await trouble(batchAt(receives, bounceText()))).toEqual(again);
  const bug = failing(new TypeError('kim@example.com'));
  expect(await bug(batchAt(4, bounceText()))).toEqual(again);
  expect(buried).toEqual([]);
  expect(await bug(batchAt(5, bounceText()))).toEqual({ batchItemFailures: [] });
  expect(buried).toMatchObject([{ reason: expect.stringMatching(/after 5 receives, got TypeError at /) }]);
  expect(JSON.stringify(buried)).not.toContain('@');
});
