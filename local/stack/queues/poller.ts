import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import type { InvocationResult } from '../functions/invocation.ts';
import { failedMessageIds } from './batch-result.ts';
import type { MessageSource } from './message-source.ts';
import type { EventSource } from './read-event-sources.ts';
import { type ReceivedMessage, toRecord } from './record.ts';

export interface PollerDependencies {
  readonly client: SQSClient;
  readonly messages: MessageSource;
  invoke(event: SQSEvent): Promise<InvocationResult>;
  onLine(line: string): void;
}

/** After a failed request to the queue, before the next one. */
const PAUSE_AFTER_ERROR_MS = 500;

/**
 * Feeds a function from its queue until `signal` aborts, with at most `concurrency` invocations at once. Resolves
 * when nothing of it is running any more.
 */
export async function poll(
  source: EventSource,
  concurrency: number,
  dependencies: PollerDependencies,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (!signal.aborted) await pollOnce(source, dependencies, signal);
    }),
  );
}

async function pollOnce(
  source: EventSource,
  { client, messages, invoke, onLine }: PollerDependencies,
  signal: AbortSignal,
): Promise<void> {
  try {
    const batch = await messages.take(signal);
    if (batch.length === 0) return;
    const result = await invoke({ Records: batch.map((message) => toRecord(message, source.queue.arn)) });
    const ids = batch.map(({ MessageId }) => MessageId);
    const failed = failedMessageIds(ids, result, source.reportsFailures);
    await remove(
      client,
      source.queue.url,
      batch.filter(({ MessageId }) => !failed.has(MessageId)),
    );
  } catch (error) {
    if (signal.aborted) return;
    onLine(`${source.logicalId}: ${String(error)}`);
    await sleep(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function remove(
  client: SQSClient,
  queueUrl: string,
  messages: readonly ReceivedMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
}
