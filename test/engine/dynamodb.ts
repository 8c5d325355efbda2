import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import {
  PARTITION_KEY,
  SORT_KEY,
  TABLES,
  type TableName,
  type TableShape,
} from '../../shared/deployment/tables.ts';

export interface TestTables {
  readonly client: DynamoDBDocumentClient;
  readonly names: Readonly<Record<TableName, string>>;
  stop(): Promise<void>;
}

/** The three tables on an embedded engine of their own, with a real client. */
export async function startTables(): Promise<TestTables> {
  const server = dynalite({ createTableMs: 0 });
  // Clients keep their connections: one that is closed while a busy machine looks away would cost a request.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo; // listening on a port, so it has one
  const plain = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const refusing = { step: 'initialize', name: 'refuseReversedBounds' } as const;
  plain.middlewareStack.add(
    (next) => async (args) => {
      refuseReversedBounds(args.input);
      return next(args);
    },
    refusing,
  );
  for (const shape of Object.values<TableShape>(TABLES)) await plain.send(createTable(shape));
  return {
    client: DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } }),
    names: {
      subscribers: TABLES.subscribers.logicalId,
      incidents: TABLES.incidents.logicalId,
      deliveries: TABLES.deliveries.logicalId,
    },
    async stop() {
      plain.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** DynamoDB refuses a key condition whose bounds are the wrong way round; the engine answers it with nothing. */
function refuseReversedBounds(input: object): void {
  const { KeyConditionExpression = '', ExpressionAttributeValues = {} }: Partial<QueryCommandInput> = input;
  const [, low = '', high = ''] = /BETWEEN (:\w+) AND (:\w+)/.exec(KeyConditionExpression) ?? [];
  const [lower = '', upper = ''] = [low, high].map((name) => ExpressionAttributeValues[name]?.S);
  if (lower <= upper) return;
  throw new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
    message: 'The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
  });
}

function createTable({ logicalId, indexes }: TableShape): CreateTableCommand {
  const attributes = new Map<string, 'S' | 'N'>([
    [PARTITION_KEY, 'S'],
    [SORT_KEY, 'S'],
  ]);
  for (const { partitionKey, sortKey } of indexes) {
    attributes.set(partitionKey, 'S');
    attributes.set(sortKey.name, sortKey.type);
  }
  return new CreateTableCommand({
    TableName: logicalId,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: PARTITION_KEY, KeyType: 'HASH' },
      { AttributeName: SORT_KEY, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    GlobalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey }) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey.name, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  });
}
