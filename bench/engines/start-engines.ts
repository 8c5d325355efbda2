import { fork } from 'node:child_process';
import { once } from 'node:events';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PARTITION_KEY, SORT_KEY, TABLES, type TableShape } from '../../shared/deployment/tables.ts';
import { localAws } from './local-aws.ts';
import type { EngineAnswer, EngineCounts, EngineQuestion, EngineUrls, EngineUsage } from './messages.ts';
import type { SinkReport, SinkRules } from './sink.ts';
import type { SyntheticAudience } from './synthetic-subscribers.ts';

export interface Engines {
  readonly urls: EngineUrls;
  readonly documents: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  setAudience(audience: Omit<SyntheticAudience, 'sinkUrl'>): Promise<void>;
  setRules(rules: SinkRules): Promise<void>;
  /** Forgets what was counted and told. */
  begin(): Promise<void>;
  report(): Promise<SinkReport>;
  /** What arrived since `begin` or the last `counts`. */
  counts(): Promise<EngineCounts>;
  usage(): Promise<EngineUsage>;
  createTable(name: string, shape?: TableShape | 'id'): Promise<void>;
  /** A new queue; returns its address. */
  createQueue(name: string, visibilitySeconds: number): Promise<string>;
  stop(): Promise<void>;
}

type Question = EngineQuestion extends infer Q ? (Q extends { id: number } ? Omit<Q, 'id'> : never) : never;

/** Starts tables, queues and providers in one process of their own, with the product's three tables in place. */
export async function startEngines(): Promise<Engines> {
  const child = fork(new URL('./engines-process.ts', import.meta.url), { execArgv: [] });
  const exited = once(child, 'exit');
  const listening = Promise.withResolvers<EngineUrls>();
  const waiting = new Map<number, (value: unknown) => void>();
  child.on('message', (message) => {
    const told = message as EngineAnswer; // only the engines write to this channel
    if (told.kind === 'listening') return listening.resolve(told.urls);
    waiting.get(told.id)?.(told.value);
    waiting.delete(told.id);
  });
  let questions = 0;
  function ask<T>(question: Question): Promise<T> {
    const id = ++questions;
    return new Promise<T>((resolve) => {
      waiting.set(id, resolve as (value: unknown) => void); // the engines answer each question in its own type
      child.send({ ...question, id });
    });
  }

  const urls = await Promise.race([
    listening.promise,
    exited.then(() =>
      Promise.reject(new Error(`Expected the engines to start, got exit code ${child.exitCode}`)),
    ),
  ]);
  const plain = new DynamoDBClient({ ...localAws, endpoint: urls.tables });
  const sqs = new SQSClient({ ...localAws, endpoint: urls.queues });
  const engines: Engines = {
    urls,
    documents: DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } }),
    sqs,
    setAudience: (audience) => ask({ ask: 'audience', audience: { ...audience, sinkUrl: urls.sink } }),
    setRules: (rules) => ask({ ask: 'rules', rules }),
    begin: () => ask({ ask: 'begin' }),
    report: () => ask<SinkReport>({ ask: 'report' }),
    counts: () => ask<EngineCounts>({ ask: 'counts' }),
    usage: () => ask<EngineUsage>({ ask: 'usage' }),
    async createTable(name, shape) {
      await plain.send(createTable(name, shape));
    },
    async createQueue(name, visibilitySeconds) {
      const { QueueUrl = '' } = await sqs.send(
        new CreateQueueCommand({
          QueueName: name,
          Attributes: { VisibilityTimeout: String(visibilitySeconds) },
        }),
      );
      return QueueUrl;
    },
    async stop() {
      plain.destroy();
      sqs.destroy();
      child.kill('SIGKILL');
      await exited;
    },
  };
  for (const shape of Object.values<TableShape>(TABLES)) await engines.createTable(shape.logicalId, shape);
  return engines;
}

/** The product's tables have `pk` and `sk`; those of contenders one key, `id`. */
function createTable(name: string, shape: TableShape | 'id' = 'id'): CreateTableCommand {
  const indexes = shape === 'id' ? [] : shape.indexes;
  const keys = shape === 'id' ? ['id'] : [PARTITION_KEY, SORT_KEY];
  const attributes = new Map<string, 'S' | 'N'>(keys.map((key) => [key, 'S']));
  for (const { partitionKey, sortKey } of indexes) {
    attributes.set(partitionKey, 'S');
    attributes.set(sortKey.name, sortKey.type);
  }
  return new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map((key, index) => ({ AttributeName: key, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(({ name: IndexName, partitionKey, sortKey }) => ({
        IndexName,
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' as const },
          { AttributeName: sortKey.name, KeyType: 'RANGE' as const },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      })),
    }),
  });
}
