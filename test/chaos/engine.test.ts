import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryTables } from '../../chaos/engine/memory-tables.ts';
import { BY_DUE, BY_OPEN, TABLES, type TableShape } from '../../shared/deployment/tables.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

interface Request {
  readonly Command: new (input: never) => object;
  readonly input: Record<string, unknown>;
}

const { incidents, deliveries } = TABLES;
const letter = fc.constantFrom('a', 'b', 'c');
const small = fc.integer({ min: 0, max: 3 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Items as the stores write them: nested, with attributes that may be missing, and with keys of both indexes. */
const attributes = fc.record({
  state: maybe(letter),
  attempt: maybe(small),
  nextAt: maybe(small),
  acceptedAt: maybe(small),
  due: maybe(fc.constant('due#0')),
  open: maybe(fc.constant('open')),
  counts: fc.record({ told: small, lastAt: maybe(small) }),
});
const table = fc.constantFrom(incidents.logicalId, deliveries.logicalId);

/** Every form of request that the stores of the fan-out make. */
const request = fc.oneof(
  fc.record({ kind: fc.constant('put'), table, sk: letter, item: attributes }),
  fc.record({ kind: fc.constant('putNew'), table, sk: letter, item: attributes }),
  fc.record({ kind: fc.constant('swap'), table, sk: letter, item: attributes, seen: attributes }),
  fc.record({ kind: fc.constant('putUnlessLeft'), table, sk: letter, item: attributes }),
  fc.record({
    kind: fc.constantFrom('count', 'mark', 'close', 'leave', 'strike', 'get', 'delete'),
    table,
    sk: letter,
    n: small,
  }),
  fc.record({
    kind: fc.constantFrom('between', 'prefix', 'due', 'open'),
    table,
    sk: letter,
    n: small,
    limit: maybe(fc.integer({ min: 1, max: 3 })),
  }),
  fc.record({ kind: fc.constant('many'), table, sk: letter }),
);

type Drawn = Parameters<typeof toRequest>[0];

function toRequest(
  drawn: { kind: string; table: string; sk: string } & Partial<Record<string, unknown>>,
  page: string,
): Request {
  const { kind, sk } = drawn;
  const TableName = drawn.table;
  const Key = { pk: page, sk };
  const Item = { ...Key, ...(drawn['item'] as object | undefined) };
  const one = { TableName, Key };
  const make = (Command: unknown, input: Record<string, unknown>) => ({ Command, input }) as Request;
  switch (kind) {
    case 'put':
      return make(PutCommand, { TableName, Item, ReturnValues: 'ALL_OLD' });
    case 'putNew':
      return make(PutCommand, { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' });
    case 'swap': {
      const { state, attempt, nextAt } = drawn['seen'] as Record<string, unknown>;
      const parts = Object.entries({ state, attempt, nextAt }).map(([name, value], index) =>
        value === undefined ? `attribute_not_exists(#${index})` : `#${index} = :${name}`,
      );
      const values = Object.entries({ ':state': state, ':attempt': attempt, ':nextAt': nextAt });
      const present = values.filter(([, value]) => value !== undefined);
      return make(PutCommand, {
        TableName,
        Item,
        ConditionExpression: parts.join(' AND '),
        ExpressionAttributeNames: { '#0': 'state', '#1': 'attempt', '#2': 'nextAt' },
        ...(present.length > 0 && { ExpressionAttributeValues: Object.fromEntries(present) }),
      });
    }
    case 'putUnlessLeft':
      return make(PutCommand, {
        TableName,
        Item,
        ConditionExpression: 'attribute_not_exists(pk) OR #state IN (:active, :pending)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':active': 'a', ':pending': 'b' },
        ReturnValues: 'ALL_OLD',
      });
    case 'count':
      return make(UpdateCommand, {
        ...one,
        UpdateExpression: 'SET channel = :channel ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':channel': sk, ':one': 1 },
      });
    case 'mark':
      return make(UpdateCommand, {
        ...one,
        UpdateExpression: 'SET enqueuedAt = if_not_exists(enqueuedAt, :at)',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': drawn['n'] },
      });
    case 'close':
      return make(UpdateCommand, {
        ...one,
        UpdateExpression: 'SET closedAt = :at, receipt = :receipt REMOVE #open',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(closedAt)',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':at': drawn['n'], ':receipt': { told: drawn['n'] } },
      });
    case 'leave':
      return make(UpdateCommand, {
        ...one,
        UpdateExpression: 'SET #state = :to',
        ConditionExpression: '#state = :active',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':to': 'c', ':active': 'a' },
      });
    case 'strike':
      return make(UpdateCommand, {
        ...one,
        UpdateExpression: 'SET counts = :next',
        ConditionExpression: '#state = :active AND counts.told = :told AND counts.lastAt = :at',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':active': 'a',
          ':told': drawn['n'],
          ':at': drawn['n'],
          ':next': { told: 3, lastAt: 3 },
        },
      });
    case 'get':
      return make(GetCommand, { ...one, ConsistentRead: true });
    case 'delete':
      return make(DeleteCommand, one);
    case 'many': {
      const Keys = ['a', 'b', 'c'].map((name) => ({ pk: page, sk: name }));
      return make(BatchGetCommand, { RequestItems: { [TableName]: { Keys, ConsistentRead: true } } });
    }
    case 'between':
      return make(QueryCommand, {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :upTo',
        ExpressionAttributeValues: { ':pk': page, ':after': `${sk}!`, ':upTo': 'g' },
        ...(drawn['limit'] !== undefined && { Limit: drawn['limit'] }),
      });
    case 'prefix':
      return make(QueryCommand, {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': page, ':prefix': sk },
      });
    case 'due':
      return make(QueryCommand, {
        TableName: deliveries.logicalId,
        IndexName: BY_DUE.name,
        KeyConditionExpression: '#due = :due AND nextAt <= :now',
        ExpressionAttributeNames: { '#due': BY_DUE.partitionKey },
        ExpressionAttributeValues: { ':due': `due#${page}`, ':now': drawn['n'] },
      });
    default:
      return make(QueryCommand, {
        TableName: incidents.logicalId,
        IndexName: BY_OPEN.name,
        KeyConditionExpression: '#open = :open',
        ExpressionAttributeNames: { '#open': BY_OPEN.partitionKey },
        ExpressionAttributeValues: { ':open': `open#${page}` },
      });
  }
}

/** What both must agree on: the answer's items and where it goes on, or the name of the error. */
async function answerOf(perform: () => object | Promise<object>): Promise<unknown> {
  try {
    const { Item, Items, Attributes, Responses, LastEvaluatedKey } = (await perform()) as Record<
      string,
      unknown
    >;
    const found = Object.values((Responses ?? {}) as Record<string, { sk: string }[]>).flat();
    const many = found.sort((a, b) => (a.sk < b.sk ? -1 : 1));
    return { Item, Items, Attributes, LastEvaluatedKey, many };
  } catch (error) {
    return (error as Error).name;
  }
}

let pages = 0;

it('the engine in memory answers like the one on disk, whatever is asked in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 25 }), async (story) => {
      const page = `p${++pages}`;
      // Indexes are shared by all partitions: each story has its own part of them.
      const own = (drawn: Drawn): Drawn => {
        const item = drawn['item'] as Record<string, unknown> | undefined;
        if (item === undefined) return drawn;
        const due = item['due'] && `due#${page}`;
        const open = item['open'] && `open#${page}`;
        return { ...drawn, item: { ...item, due, open } };
      };
      const memory = memoryTables(Object.values<TableShape>(TABLES), { now: () => 0 });
      for (const drawn of story) {
        const { Command, input } = toRequest(own(drawn), page);
        const command = () => new Command(structuredClone(input) as never);
        const real = await answerOf(() => tables.client.send(command() as never));
        expect(
          await answerOf(() => memory.perform(command())),
          `${drawn.kind} ${JSON.stringify(input)}`,
        ).toEqual(real);
      }
    }),
    { numRuns: 120, seed: 1 },
  );
}, 60_000);
