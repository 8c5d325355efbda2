import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { FanoutFunction } from './function.ts';

export interface EventSourceProps {
  readonly queue: Queue;
  readonly function: FanoutFunction;
  /** Messages of one batch at most: 10 is the largest that needs no batching window. */
  readonly batchSize: number;
  /** Batches worked on at once, 2 at least. */
  readonly maximumConcurrency: number;
  /** False: what waits in the queue stays there. */
  readonly on: boolean;
}

/** Feeds a function from a queue, at once; only those messages that failed come again. */
export function feedFromQueue(scope: Construct, id: string, props: EventSourceProps): void {
  const { queue, function: fn, batchSize, maximumConcurrency, on } = props;
  new EventSourceMapping(scope, id, {
    target: fn.lambda,
    eventSourceArn: queue.queueArn,
    batchSize,
    maxConcurrency: maximumConcurrency,
    reportBatchItemFailures: true,
    enabled: on,
  });
  // What the event source itself calls, with the function's role (AWS doc `services-sqs-configure`).
  fn.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
}
