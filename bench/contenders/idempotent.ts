import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { Context, SQSRecord } from 'aws-lambda';
import type { Contender } from '../process/messages.ts';
import { type Recipient, readAudience } from './audience.ts';
import { createClients, required, sendAll } from './clients.ts';
import { sendOne } from './letter.ts';
import { IDEMPOTENCY_TABLE } from './tables.ts';

/**
 * A2: one message per recipient, each claimed by a conditional write before it is sent and marked as done after, by
 * Powertools for AWS Lambda as its documentation shows it: what AWS recommends.
 */
export async function createContender(): Promise<Contender> {
  const { dynamodb, documents, sqs, ses } = createClients();
  const queueUrl = required('QUEUE_URL');
  const config = new IdempotencyConfig({});
  const persistenceStore = new DynamoDBPersistenceLayer({
    tableName: IDEMPOTENCY_TABLE,
    awsSdkV3Client: dynamodb,
  });
  const tellOnce = makeIdempotent(
    async (recipient: Recipient & { update: string }) => {
      await sendOne(ses, recipient);
      return { told: true };
    },
    { persistenceStore, config },
  );
  const processor = new BatchProcessor(EventType.SQS);

  return {
    plan: (update) => sendAll(sqs, queueUrl, messagesFor(update)),

    handle(event, remainingMs) {
      // Of a context only these two are looked at: how long a claim holds, and a name.
      const context = {
        functionName: 'idempotent',
        getRemainingTimeInMillis: () => remainingMs,
      } as Context;
      config.registerLambdaContext(context);
      const tell = (record: SQSRecord) => tellOnce(JSON.parse(record.body));
      return processPartialResponse(event, tell, processor, { context, throwOnFullBatchFailure: false });
    },
  };

  async function* messagesFor(update: string): AsyncGenerator<string> {
    for await (const recipient of readAudience(documents)) yield JSON.stringify({ update, ...recipient });
  }
}
