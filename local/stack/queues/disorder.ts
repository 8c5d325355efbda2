import { DeleteMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { MessageSource, QueueSource } from './message-source.ts';
import type { ReceivedMessage } from './record.ts';

/**
 * What a standard queue may do to its messages, done on purpose. The same seed draws the same numbers; which
 * messages they fall on depends on when these arrive.
 */
export interface Disorder {
  readonly seed: number;
  /** Messages come in any order and batches in any size. */
  readonly shuffle?: boolean;
  /** Every message is delivered so many more times, also after it was deleted. */
  readonly repeat?: number;
  /** Share of the messages, 0 to 1, that are deleted and never delivered. */
  readonly lose?: number;
}

/** Messages looked at together: enough to mix updates, few enough to stay within the visibility timeout. */
const POOL_SIZE = 50;

/** A queue whose messages are mixed up, repeated and lost. */
export class DisorderlySource implements MessageSource {
  readonly #source: QueueSource;
  readonly #disorder: Disorder;
  readonly #random: () => number;
  readonly #batchSize: number;
  readonly #lose: (message: ReceivedMessage) => Promise<void>;
  #pool: ReceivedMessage[] = [];
  #filling: Promise<void> | undefined;

  constructor(
    source: QueueSource,
    disorder: Disorder,
    random: () => number,
    batchSize: number,
    lose: (message: ReceivedMessage) => Promise<void>,
  ) {
    this.#source = source;
    this.#disorder = disorder;
    this.#random = random;
    this.#batchSize = batchSize;
    this.#lose = lose;
  }

  async take(signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    if (this.#pool.length === 0) {
      // All that wait share one fill, or each would hold a part of what is to be mixed.
      this.#filling ??= this.#fill(signal).finally(() => {
        this.#filling = undefined;
      });
      await this.#filling;
    }
    return this.#draw();
  }

  async #fill(signal: AbortSignal): Promise<void> {
    let received = await this.#source.take(signal);
    while (received.length > 0) {
      for (const message of received) {
        if (this.#random() < (this.#disorder.lose ?? 0)) await this.#lose(message);
        else for (let copy = 0; copy <= (this.#disorder.repeat ?? 0); copy += 1) this.#pool.push(message);
      }
      if (this.#disorder.shuffle !== true || this.#pool.length >= POOL_SIZE) break;
      received = await this.#source.receive(0, signal);
    }
    if (this.#disorder.shuffle === true) shuffle(this.#pool, this.#random);
  }

  /** A batch without a message twice: a function could not tell which of the two failed. */
  #draw(): readonly ReceivedMessage[] {
    const size =
      this.#disorder.shuffle === true ? 1 + Math.floor(this.#random() * this.#batchSize) : this.#batchSize;
    const batch = new Map<string, ReceivedMessage>();
    const left: ReceivedMessage[] = [];
    for (const message of this.#pool) {
      if (batch.size < size && !batch.has(message.MessageId)) batch.set(message.MessageId, message);
      else left.push(message);
    }
    this.#pool = left;
    return [...batch.values()];
  }
}

/** How a message is lost: it is gone from the queue, and nobody has seen it. */
export function loseFrom(client: SQSClient, queueUrl: string): (message: ReceivedMessage) => Promise<void> {
  return async ({ ReceiptHandle }) => {
    await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  };
}

function shuffle<T>(items: T[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [items[last], items[other]];
    if (a === undefined || b === undefined) continue;
    items[last] = b;
    items[other] = a;
  }
}
