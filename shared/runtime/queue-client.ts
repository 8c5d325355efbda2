import { SQSClient } from '@aws-sdk/client-sqs';
import { awsCalls } from '../deployment/aws-calls.ts';

/** The SQS client of a function. A message that is sent twice by a retry is one too many, which does no harm. */
export function queueClient(calls = awsCalls()): SQSClient {
  return new SQSClient(calls);
}
