import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { MAX_DELAY_SECONDS } from '../deployment/channels.ts';
import type { Channel } from '../domain/channel.ts';
import type { Ring } from '../fanout/plan.ts';

export type QueueUrls = Readonly<Partial<Record<Channel, string>>>;

/** Entries of one SendMessageBatch. */
const BATCH = 10;
/** Batches in flight at once: planning a million subscribers is a hundred of them. */
const IN_FLIGHT = 16;

/** The queues, as the product sees them: somewhere to ring, and somewhere to put what nobody can read. */
export function doorbellQueue(client: Pick<SQSClient, 'send'>, urls: QueueUrls) {
  async function send({ url, batch }: { url: string | undefined; batch: readonly Ring[] }): Promise<number> {
    if (url === undefined) return batch.length;
    const answer = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: batch.map(({ doorbell, delayMs }, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(doorbell),
          // A fair queue: the group is the page, so that a huge page does not stand before a small one.
          MessageGroupId: doorbell.page,
          DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.ceil(delayMs / 1_000)),
        })),
      }),
    );
    return answer.Failed?.length ?? 0;
  }

  return {
    /**
     * Rings doorbells. A delay beyond what SQS takes is cut to it: whoever answers too early rings again. Returns
     * how many were not taken; throws when a queue cannot be reached at all.
     */
    async ring(rings: readonly Ring[]): Promise<number> {
      const batches = [...byChannel(rings)].flatMap(([channel, those]) =>
        chunksOf(those, BATCH).map((batch) => ({ url: urls[channel], batch })),
      );
      const refused = await pMap(batches, send, { concurrency: IN_FLIGHT });
      return refused.reduce((a, b) => a + b, 0);
    },
  };
}

/** Puts a message that can never be processed where the operator finds it, with the reason. */
export function deadLetters(client: Pick<SQSClient, 'send'>, url: string) {
  return async (body: string, reason: string): Promise<void> => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: body,
        MessageAttributes: { reason: { DataType: 'String', StringValue: asAttribute(reason) } },
      }),
    );
  };
}

const LONGEST_REASON = 1_000;

/** A reason may name a field that somebody made up: SQS takes no control characters (API reference, `SendMessage`). */
function asAttribute(reason: string): string {
  return reason.slice(0, LONGEST_REASON).replace(/[^\t\n\r\u0020-\uFFFD]/g, '?');
}

function byChannel(rings: readonly Ring[]): Map<Channel, Ring[]> {
  const groups = new Map<Channel, Ring[]>();
  for (const ring of rings) {
    const group = groups.get(ring.doorbell.channel);
    if (group) group.push(ring);
    else groups.set(ring.doorbell.channel, [ring]);
  }
  return groups;
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
