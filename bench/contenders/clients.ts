import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';

/** The clients of a contender. Regions, credentials and addresses come by the environment, as in a function. */
export function createClients() {
  const dynamodb = new DynamoDBClient({ maxAttempts: 4 });
  return {
    dynamodb,
    documents: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    sqs: new SQSClient({ maxAttempts: 4 }),
    ses: new SESv2Client({ maxAttempts: 1 }),
  };
}

/** Batches in flight at once, as many as the product's planner has. */
const IN_FLIGHT = 16;

/** Sends messages ten by ten, as they come. */
export async function sendAll(
  sqs: SQSClient,
  queueUrl: string,
  messages: AsyncIterable<string>,
): Promise<void> {
  await pMap(
    batches(messages, 10),
    (batch) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
        }),
      ),
    { concurrency: IN_FLIGHT },
  );
}

/** Groups of `size`, the last one smaller. */
export async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Expected ${name} in the environment, got nothing`);
  return value;
}
