import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { MAX_RECEIVE_COUNT } from '../deployment/channels.ts';
import { errorName, type Log } from './log.ts';

/** A message that can never be processed, and why. */
export interface Poison {
  readonly reason: string;
}

export interface AnswerEachDependencies {
  /** What the messages are about: log lines are `<subject>.poison`, `<subject>.trouble` and `<subject>.bug`. */
  readonly subject: 'update' | 'mail' | 'slack';
  /** Does what a message asks for. Rejects when that can only be tried again. */
  readonly answer: (body: string) => Promise<Poison | undefined>;
  readonly bury: (body: string, reason: string) => Promise<void>;
  readonly isTrouble: (error: unknown) => boolean;
  readonly log: Log;
}

/**
 * Handles a batch of messages, each by itself. Poison is put aside with its reason; a message that met trouble of our own is returned
 * to the queue and comes again until the trouble is over; one that met a bug, until that makes it poison.
 */
export function answerEach({ subject, answer, bury, isTrouble, log }: AnswerEachDependencies) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await Promise.all(
      event.Records.map(async (record) => ((await handle(record)) ? [] : [record.messageId])),
    );
    return { batchItemFailures: failures.flat().map((itemIdentifier) => ({ itemIdentifier })) };
  };

  /** Whether the message can be acknowledged. */
  async function handle(record: SQSRecord): Promise<boolean> {
    const { body, messageId } = record;
    const poison = await answer(body).catch((error: unknown) => {
      const trouble = isTrouble(error);
      log({ event: `${subject}.${trouble ? 'trouble' : 'bug'}`, error: errorName(error), messageId });
      return trouble ? 'again' : poisonOf(record, error);
    });
    if (poison === undefined) return true;
    if (poison === 'again') return false;
    log({ event: `${subject}.poison`, reason: poison.reason, messageId });
    return bury(body, poison.reason).then(
      () => true,
      () => false,
    );
  }
}

/**
 * What a message is that meets a bug: to be tried again, or poison at its fifth receive. Receives that trouble took are counted
 * too, so after an outage the first bug may be the last.
 */
export function poisonOf({ attributes }: Pick<SQSRecord, 'attributes'>, error: unknown): Poison | 'again' {
  const receives = Number(attributes.ApproximateReceiveCount);
  if (receives < MAX_RECEIVE_COUNT) return 'again';
  return { reason: `Expected to be done after ${receives} receives, got ${errorName(error)}` };
}
