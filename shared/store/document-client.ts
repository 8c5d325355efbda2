import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { awsCalls } from '../deployment/aws-calls.ts';

export type DocumentClient = Pick<DynamoDBDocumentClient, 'send'>;

/**
 * The DynamoDB client of a function. Its retries stay on: every write is a put or a compare-and-swap of absolute
 * values, and a swap whose answer was lost recognises its own work.
 */
export function documentClient(calls = awsCalls()): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(calls), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
