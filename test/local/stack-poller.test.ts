import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN } from '../../local/stack/aws-client.ts';
import { type Fixture, runFixture } from './stack-fixture/run.ts';
import { lambda, mapping, queue } from './stack-fixture/template.ts';

interface Started {
  readonly started: readonly SQSRecord[];
  readonly at: number;
  readonly pid: number;
}

/** How often each message was delivered, by its `name`. */
function deliveries(fixture: Fixture, functionId: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { started } of fixture.logged<Partial<Started>>(functionId)) {
    for (const { body } of started ?? []) {
      const { name } = JSON.parse(body) as { name: string };
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}

const EMPTY = { ready: 0, inFlight: 0, delayed: 0 };

describe('an event source', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await runFixture(
      {
        ...queue('Plain'),
        ...lambda('Plain1', 'consumer', { Timeout: 1 }),
        ...mapping('Plain', 'Plain1'),
        ...queue('Mixed', { maxReceiveCount: 2 }),
        ...lambda('Mixed1', 'consumer'),
        ...mapping('Mixed', 'Mixed1'),
        ...queue('Unknown', { maxReceiveCount: 2 }),
        ...lambda('Unknown1', 'consumer'),
        ...mapping('Unknown', 'Unknown1'),
        ...queue('Null', { maxReceiveCount: 2 }),
        ...lambda('Null1', 'consumer'),
        ...mapping('Null', 'Null1'),
        ...queue('Throw', { maxReceiveCount: 2 }),
        ...lambda('Throw1', 'consumer'),
        ...mapping('Throw', 'Throw1'),
        ...queue('Exit', { maxReceiveCount: 2 }),
        ...lambda('Exit1', 'consumer'),
        ...mapping('Exit', 'Exit1'),
        ...queue('Hang', { visibilitySeconds: 2, maxReceiveCount: 1 }),
        ...lambda('Hang1', 'consumer', { Timeout: 1 }),
        ...mapping('Hang', 'Hang1'),
        ...queue('Delayed'),
        ...lambda('Delayed1', 'consumer'),
        ...mapping('Delayed', 'Delayed1'),
        ...queue('Busy', { visibilitySeconds: 30 }),
        ...lambda('Busy1', 'consumer'),
        ...mapping('Busy', 'Busy1', { batchSize: 1, maximumConcurrency: 2 }),
      },
      { processesPerFunction: 4 },
    );
  });

  afterAll(() => fixture?.stop());

  it('hands over records as Lambda does, and deletes what succeeded', async () => {
    await fixture.send('Plain', { name: 'one', do: 'succeed' });
    await expect.poll(() => deliveries(fixture, 'Plain1')).toStrictEqual({ one: 1 });
    await expect.poll(() => fixture.depth('Plain')).toStrictEqual(EMPTY);
    const [{ started } = { started: [] }] = fixture.logged<Started>('Plain1');
    expect(started).toStrictEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: '{"name":"one","do":"succeed"}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {},
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Fixture-Plain',
        awsRegion: 'us-east-1',
      },
    ]);
  });

  // Each queue lets a message be received twice; then it goes to the dead-letter queue.
  it.concurrent.each<[string, string, Record<string, number>]>([
    ['Mixed', 'fail', { good: 1, bad: 2 }],
    ['Unknown', 'failUnknown', { good: 2, bad: 2 }],
    ['Null', 'failNull', { good: 2, bad: 2 }],
    ['Throw', 'throw', { good: 2, bad: 2 }],
    ['Exit', 'exit', { good: 2, bad: 2 }],
  ])('%s: delivers again what failed, until its dead-letter queue has it', async (name, how, expected) => {
    // One request puts both there, and they become visible again together: they share every batch.
    await fixture.send(name, { name: 'good', do: 'succeed' }, { name: 'bad', do: how });
    const dead = Object.values(expected).filter((count) => count === 2).length;
    await expect
      .poll(() => fixture.depth(`${name}Dead`), { timeout: 20_000 })
      .toStrictEqual({
        ...EMPTY,
        ready: dead,
      });
    expect(deliveries(fixture, `${name}1`)).toStrictEqual(expected);
    expect(fixture.depth(name)).toStrictEqual(EMPTY);
  });

  it('kills a function at its timeout and gives the whole batch back', async () => {
    await fixture.send('Hang', { name: 'slow', do: 'hang' });
    await expect.poll(() => fixture.depth('HangDead'), { timeout: 10_000 }).toMatchObject({ ready: 1 });
    expect(fixture.stack.statistics()['Hang1']).toMatchObject({ invocations: 1, errors: 1, timeouts: 1 });
    expect(fixture.notes('Hang1').join()).toContain('Task timed out after 1.00 seconds');
    const [{ pid } = { pid: 0 }] = fixture.logged<Started>('Hang1');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it("keeps a queue's delays", async () => {
    const { SendMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
    const client = new SQSClient({
      endpoint: fixture.stack.endpoints.sqs,
      region: 'us-east-1',
      credentials: ADMIN,
    });
    const sentAt = Date.now();
    await client.send(
      new SendMessageCommand({
        QueueUrl: fixture.queueUrl('Delayed'),
        MessageBody: '{"name":"late","do":"succeed"}',
        DelaySeconds: 1,
      }),
    );
    client.destroy();
    expect(fixture.depth('Delayed')).toStrictEqual({ ...EMPTY, delayed: 1 });
    await expect
      .poll(() => fixture.logged<Started>('Delayed1').length, { timeout: 5_000 })
      .toBeGreaterThan(0);
    const [{ at } = { at: 0 }] = fixture.logged<Started>('Delayed1');
    expect(at - sentAt).toBeGreaterThanOrEqual(1_000);
  });

  it('never runs more invocations at once than MaximumConcurrency', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) => ({
      name: `m${index}`,
      do: 'succeed',
      forMs: 30,
    }));
    await fixture.send('Busy', ...bodies);
    await expect.poll(() => fixture.depth('Busy'), { timeout: 10_000 }).toStrictEqual(EMPTY);
    const steps = fixture
      .logged<{ started?: unknown; ended?: unknown; at: number }>('Busy1')
      .toSorted((a, b) => a.at - b.at || Number('started' in a) - Number('started' in b));
    let running = 0;
    const seen = steps.map((step) => (running += 'started' in step ? 1 : -1));
    expect(Math.max(...seen)).toBe(2);
    expect(fixture.stack.statistics()['Busy1']).toMatchObject({ invocations: 20, processes: 2 });
  });
});

describe('a disorderly event source', () => {
  const bodies = Array.from({ length: 40 }, (_, index) => ({ name: `m${index}`, do: 'succeed' }));
  const resources = {
    ...queue('Queue', { visibilitySeconds: 30 }),
    ...lambda('Consumer', 'consumer'),
    ...mapping('Queue', 'Consumer'),
  };

  it('shuffles and repeats every message, and never twice in one batch', async () => {
    const fixture = await runFixture(resources, { disorder: { seed: 1, shuffle: true, repeat: 1 } });
    try {
      await fixture.send('Queue', ...bodies);
      const twice = Object.fromEntries(bodies.map(({ name }) => [name, 2]));
      await expect.poll(() => deliveries(fixture, 'Consumer'), { timeout: 10_000 }).toStrictEqual(twice);
      await expect.poll(() => fixture.depth('Queue')).toStrictEqual(EMPTY);
      const batches = fixture
        .logged<Partial<Started>>('Consumer')
        .flatMap(({ started }) => (started === undefined ? [] : [started.map(({ messageId }) => messageId)]));
      for (const batch of batches) expect(new Set(batch).size).toBe(batch.length);
      const order = fixture
        .logged<Partial<Started>>('Consumer')
        .flatMap(({ started }) => started ?? [])
        .map(({ body }) => (JSON.parse(body) as { name: string }).name);
      expect([...new Set(order)]).not.toStrictEqual(bodies.map(({ name }) => name));
    } finally {
      await fixture.stop();
    }
  });

  it('loses a share of the messages for good', async () => {
    const fixture = await runFixture(resources, { disorder: { seed: 2, lose: 0.5 } });
    try {
      await fixture.send('Queue', ...bodies);
      await expect.poll(() => fixture.depth('Queue'), { timeout: 10_000 }).toStrictEqual(EMPTY);
      const delivered = Object.keys(deliveries(fixture, 'Consumer')).length;
      expect(delivered).toBeGreaterThan(8);
      expect(delivered).toBeLessThan(32);
    } finally {
      await fixture.stop();
    }
  });
});
