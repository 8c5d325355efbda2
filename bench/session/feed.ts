import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

export interface FeedOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Environments that take batches, one batch at a time each. */
  readonly senders: number;
  readonly invoke: (sender: number, event: SQSEvent) => Promise<SQSBatchResponse>;
  /** Every so many batches, one is given to two senders at the same time, as SQS may; absent: never. */
  readonly repeatEvery?: number;
}

export interface Feed {
  readonly batches: () => number;
  readonly messages: () => number;
  stop(): Promise<void>;
}

/**
 * The event source: takes batches of ten from the queue to a function's environments and deletes what did not fail, as
 * Lambda's pollers do. It runs in the benchmark's own process, because on AWS it is nobody's computing time.
 */
export function startFeed({ sqs, queueUrl, senders, invoke, repeatEvery }: FeedOptions): Feed {
  const stopping = new AbortController();
  let batches = 0;
  let messages = 0;

  async function feed(sender: number): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
          { abortSignal: stopping.signal },
        );
        if (Messages.length > 0) await handOver(sender, Messages);
      } catch {
        // A sender that was killed: its messages become visible again by themselves.
        if (!stopping.signal.aborted) await sleep(50);
      }
    }
  }

  async function handOver(sender: number, received: readonly Message[]): Promise<void> {
    batches++;
    messages += received.length;
    const event = { Records: received.map(toRecord) };
    const isRepeated = repeatEvery !== undefined && batches % repeatEvery === 0;
    const again = isRepeated ? invoke((sender + 1) % senders, event).catch(() => undefined) : undefined;
    const { batchItemFailures } = await invoke(sender, event);
    await again;
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = received.filter(({ MessageId = '' }) => !failed.has(MessageId));
    if (done.length === 0) return;
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
  }

  const feeding = Array.from({ length: senders }, (_, sender) => feed(sender));
  return {
    batches: () => batches,
    messages: () => messages,
    async stop() {
      stopping.abort();
      await Promise.all(feeding);
    },
  };
}

function toRecord({ MessageId = '', ReceiptHandle = '', Body = '' }: Message): SQSRecord {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:bench',
    awsRegion: 'eu-west-1',
  };
}
