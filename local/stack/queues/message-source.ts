import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isReceived, type ReceivedMessage } from './record.ts';

/** Where a poller gets its batches. */
export interface MessageSource {
  /** At most a batch, waiting for a while when there is nothing; rejects when `signal` aborts. */
  take(signal: AbortSignal): Promise<readonly ReceivedMessage[]>;
}

/** The longest that SQS lets a request wait. Every empty answer costs a request. */
const LONG_POLL_SECONDS = 20;

/** Batches as they come out of the queue. */
export class QueueSource implements MessageSource {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #batchSize: number;

  constructor(client: SQSClient, queueUrl: string, batchSize: number) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#batchSize = batchSize;
  }

  take(signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    return this.receive(LONG_POLL_SECONDS, signal);
  }

  /** What is there now, or comes within `waitSeconds`. */
  async receive(waitSeconds: number, signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    const { Messages } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: this.#batchSize,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: signal },
    );
    return (Messages ?? []).filter(isReceived);
  }
}
