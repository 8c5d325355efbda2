import type { Need } from '../access/statement.ts';
import { arnOf } from '../template/names.ts';

/** The part of SQS's requests that says what they are about. */
interface Input {
  readonly QueueUrl?: unknown;
  readonly QueueName?: unknown;
}

/**
 * What a call of SQS needs: its operation on the queue. Batches need what their entries need.
 *
 * Source: service authorization reference, `list_amazonsqs`.
 */
export function queueNeeds(operation: string, { QueueUrl, QueueName }: Input): readonly Need[] {
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  const name = typeof QueueUrl === 'string' ? QueueUrl.split('/').at(-1) : QueueName;
  return [{ action, resources: [typeof name === 'string' ? arnOf('AWS::SQS::Queue', name) : '*'] }];
}
