import {
  type SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../shared/domain/channel.ts';
import type { Ring } from '../../shared/fanout/plan.ts';
import { deadLetters, doorbellQueue } from '../../shared/runtime/doorbell-queue.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import { startSqs, type TestSqs } from './queues.ts';

let sqs: TestSqs;
beforeAll(async () => {
  sqs = await startSqs();
});
afterAll(() => sqs.stop());

const aRing = (chunk: number, channel: Channel = 'email', delayMs = 0): Ring => ({
  doorbell: { page: `page-${chunk % 3}`, incident: 'outage', update: 'u1', channel, chunk, of: 64 },
  delayMs,
});

/** A client that notes what it is to send. The engine forgets groups of standard queues. */
function recording(failed: { Id: string }[] = []) {
  const entries: SendMessageBatchRequestEntry[] = [];
  const client = new SQSClient({ region: 'eu-west-1' });
  client.send = async ({ input }: SendMessageBatchCommand) => {
    entries.push(...(input.Entries ?? []));
    return { Failed: failed };
  };
  return { client, entries };
}

describe('ring', () => {
  it('puts every doorbell into its own channel, once, however many there are', async () => {
    const [email, sms] = [await sqs.create('email'), await sqs.create('sms')];
    const rings = Array.from({ length: 64 }, (_, chunk) => aRing(chunk, chunk < 41 ? 'email' : 'sms'));
    expect(await doorbellQueue(sqs.client, { email, sms }).ring(rings)).toBe(0);
    const heard = [...(await sqs.receiveAll(email)), ...(await sqs.receiveAll(sms))];
    expect(heard.map(({ Body = '' }) => JSON.parse(Body)).sort((a, b) => a.chunk - b.chunk)).toEqual(
      rings.map(({ doorbell }) => doorbell),
    );
  });

  it('says nothing to nobody when there is nothing to ring', async () => {
    expect(await doorbellQueue({ send: () => Promise.reject(new Error('asked')) }, {}).ring([])).toBe(0);
  });

  it.each([
    [0, 0],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [899_500, 900],
    [900_000, 900],
    [75 * 3_600_000, 900],
  ])('turns a wait of %i ms into %i whole seconds, never more than SQS takes', async (delayMs, seconds) => {
    const { client, entries } = recording();
    await doorbellQueue(client, { email: 'http://queue' }).ring([aRing(0, 'email', delayMs)]);
    expect(entries.map(({ DelaySeconds }) => DelaySeconds)).toEqual([seconds]);
  });

  it('groups doorbells by page, so that a huge page does not stand before a small one', async () => {
    const { client, entries } = recording();
    await doorbellQueue(client, { email: 'http://queue' }).ring([aRing(0), aRing(1), aRing(2), aRing(3)]);
    const groups = ['page-0', 'page-1', 'page-2', 'page-0'];
    expect(entries.map(({ MessageGroupId }) => MessageGroupId)).toEqual(groups);
  });

  it('of the longest wait is taken by SQS', async () => {
    const webhook = await sqs.create('webhook');
    const ring = aRing(0, 'webhook', 75 * 3_600_000);
    expect(await doorbellQueue(sqs.client, { webhook }).ring([ring])).toBe(0);
    expect(await sqs.receiveAll(webhook)).toEqual([]);
  });

  it('counts what a queue did not take, and doorbells of channels without a queue', async () => {
    const { client } = recording([{ Id: '0' }, { Id: '3' }]);
    const rings = [...Array.from({ length: 12 }, (_, chunk) => aRing(chunk)), aRing(0, 'slack')];
    expect(await doorbellQueue(client, { email: 'http://queue' }).ring(rings)).toBe(5);
  });

  it('throws trouble when SQS is out of reach', async () => {
    const nowhere = new SQSClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const failed = await doorbellQueue(nowhere, { email: 'http://127.0.0.1:1/000000000000/email' })
      .ring([aRing(0)])
      .catch((error: unknown) => error);
    expect(isTrouble(failed)).toBe(true);
  });
});

it('a dead letter keeps its body and says why it lies there', async () => {
  const url = await sqs.create('dead');
  await deadLetters(sqs.client, url)('not a doorbell', 'Expected JSON, got something else');
  const [letter] = await sqs.receiveAll(url);
  expect(letter?.Body).toBe('not a doorbell');
  expect(letter?.MessageAttributes?.['reason']?.StringValue).toBe('Expected JSON, got something else');
});
