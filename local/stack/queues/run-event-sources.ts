import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Functions } from '../run-functions.ts';
import { type Disorder, DisorderlySource, loseFrom } from './disorder.ts';
import { type MessageSource, QueueSource } from './message-source.ts';
import { poll } from './poller.ts';
import { seededRandom } from './random.ts';
import type { EventSource } from './read-event-sources.ts';

export interface EventSourceSettings {
  readonly sources: readonly EventSource[];
  readonly client: SQSClient;
  readonly functions: Functions;
  readonly disorder: Disorder | undefined;
  readonly onLog: ((line: { readonly function: string; readonly line: string }) => void) | undefined;
}

/** Feeds the functions from their queues until `signal` aborts. Resolves when the last poller has ended. */
export async function runEventSources(settings: EventSourceSettings, signal: AbortSignal): Promise<void> {
  await Promise.all(settings.sources.map((source, index) => runSource(source, index, settings, signal)));
}

function runSource(
  source: EventSource,
  index: number,
  { client, functions, disorder, onLog }: EventSourceSettings,
  signal: AbortSignal,
): Promise<void> {
  const processes = functions.concurrency(source.function);
  return poll(
    source,
    Math.min(source.maximumConcurrency ?? processes, processes),
    {
      client,
      messages: messagesOf(source, index, client, disorder),
      invoke: (event) => functions.invoke(source.function, event),
      onLine: (line) => onLog?.({ function: source.function.logicalId, line }),
    },
    signal,
  );
}

function messagesOf(
  { queue, batchSize }: EventSource,
  index: number,
  client: SQSClient,
  disorder: Disorder | undefined,
): MessageSource {
  const plain = new QueueSource(client, queue.url, batchSize);
  if (disorder === undefined) return plain;
  const random = seededRandom(disorder.seed + index);
  return new DisorderlySource(plain, disorder, random, batchSize, loseFrom(client, queue.url));
}
