import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import type { Gate } from '../access/gate.ts';
import { clientSettings } from '../aws-client.ts';
import { REGION } from '../template/names.ts';
import { guardQueues } from './guard-queues.ts';
import { newQueueStores } from './queue-stores.ts';
import type { QueueShape } from './read-queues.ts';

/** Messages of one queue by state. */
export interface QueueDepth {
  readonly name: string;
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface QueuesEngine {
  /** Base address of SQS. */
  readonly endpoint: string;
  /** A client of the engine, with connections enough for every event source. Ended by `stop`. */
  readonly client: SQSClient;
  create(queues: readonly QueueShape[]): Promise<void>;
  /** Exact at the moment of the call. */
  depths(): readonly QueueDepth[];
  stop(): Promise<void>;
}

/**
 * Starts fauxqs in this process: there is one small message per chunk of subscribers, and the depths of the queues can
 * be read without a call. Its own `startFauxqs` listens on every interface of the machine, so
 * the app is built here and listens on loopback.
 */
export async function startQueues(
  gate: Gate,
  onSent: (body: string) => void = () => {},
): Promise<QueuesEngine> {
  const stores = await newQueueStores();
  const app = buildApp({ logger: false, defaultRegion: REGION, stores });
  guardQueues(app, gate, onSent);
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  // Clients keep their connections: one that was closed between two requests would cost a retry.
  app.server.keepAliveTimeout = 0;
  const client = new SQSClient(clientSettings(endpoint));

  return {
    endpoint,
    client,
    async create(queues) {
      for (const { name, attributes } of queues) {
        await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
      }
    },
    depths() {
      return Array.from(stores.sqsStore.allQueues(), (queue) => {
        queue.processTimers();
        return {
          name: queue.name,
          ready: queue.messages.length,
          inFlight: queue.inflightMessages.size,
          delayed: queue.delayedMessages.length,
        };
      });
    },
    async stop() {
      client.destroy();
      await app.close();
    },
  };
}
