import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  type DeleteCommandInput,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type IndexShape, PARTITION_KEY, SORT_KEY, type TableShape } from '../../shared/deployment/tables.ts';
import { compileCondition, compileUpdate, type Item } from './expressions.ts';
import { inOrder, laggingIndex } from './lagging-index.ts';

/** One change of one item, as it took effect. */
export interface Write {
  readonly table: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export interface MemoryTablesOptions {
  readonly now: () => number;
  /** How long an index lags behind its table. */
  readonly indexLagMs?: () => number;
  readonly onWrite?: (write: Write) => void;
}

export type MemoryTables = ReturnType<typeof memoryTables>;

/**
 * The DynamoDB tables in memory, at the seam of the document client: what one request does, done at once. It answers the very
 * expressions that the stores send, and `test/chaos/engine.test.ts` holds it to the engine that the other tests use. What it
 * does not model, it refuses.
 */
export function memoryTables(shapes: readonly TableShape[], options: MemoryTablesOptions) {
  const tables = new Map(shapes.map((shape) => [shape.logicalId, memoryTable(shape, options)]));

  function tableOf(name: string | undefined) {
    const table = tables.get(name ?? '');
    if (table === undefined) throw new Error(`Expected a table, got ${name}`);
    return table;
  }

  return {
    /** What a request does and answers, or the error that DynamoDB gives. Takes no time. */
    perform(command: object): object {
      if (command instanceof GetCommand) return tableOf(command.input.TableName).get(command.input.Key);
      if (command instanceof PutCommand) return tableOf(command.input.TableName).put(command.input);
      if (command instanceof UpdateCommand) return tableOf(command.input.TableName).update(command.input);
      if (command instanceof DeleteCommand) return tableOf(command.input.TableName).remove(command.input);
      if (command instanceof QueryCommand) return tableOf(command.input.TableName).query(command.input);
      if (command instanceof BatchGetCommand) {
        const answers = Object.entries(command.input.RequestItems ?? {}).map(([name, { Keys = [] }]) => {
          const items = Keys.flatMap((key) => tableOf(name).get(key).Item ?? []);
          return [name, items] as const;
        });
        return { Responses: Object.fromEntries(answers), UnprocessedKeys: {} };
      }
      throw new Error(`Expected a request that this engine models, got ${command.constructor.name}`);
    },
    /** All items of a table, for oracles: no process reads them so. */
    items: (name: string): readonly Item[] => tableOf(name).items(),
  };
}

interface Stored {
  readonly item: Item;
  readonly text: string;
}

/** Items under one partition key. `order`: their sort keys in order, until one comes or goes. */
interface Partition {
  readonly items: Map<string, Stored>;
  order?: readonly string[] | undefined;
}

function memoryTable({ logicalId, indexes }: TableShape, options: MemoryTablesOptions) {
  const { now, indexLagMs = () => 0, onWrite = () => {} } = options;
  const partitions = new Map<string, Partition>();
  const views = new Map(indexes.map((index) => [index.name, laggingIndex(index, now)]));

  const find = (key: Item | undefined) => {
    const { pk, sk } = keyOf(key);
    return partitions.get(pk)?.items.get(sk);
  };

  function write(key: Item, item: Item | undefined): Stored | undefined {
    const { pk, sk } = keyOf(key);
    const before = find(key);
    const partition: Partition = partitions.get(pk) ?? { items: new Map() };
    partitions.set(pk, partition);
    const stored = item && store(item);
    if (stored) partition.items.set(sk, stored);
    else partition.items.delete(sk);
    if ((before === undefined) !== (stored === undefined)) partition.order = undefined;
    const appliesAt = now() + indexLagMs();
    for (const view of views.values()) view.apply(`${pk}|${sk}`, stored?.item, appliesAt);
    onWrite({ table: logicalId, before: before?.item, after: stored?.item });
    return before;
  }

  function inPartition(pk: string): Item[] {
    const partition = partitions.get(pk);
    if (partition === undefined) return [];
    partition.order ??= [...partition.items.keys()].sort();
    return partition.order.flatMap((sk): Item[] => {
      const stored = partition.items.get(sk);
      return stored ? [stored.item] : [];
    });
  }

  function check(
    before: Stored | undefined,
    input: PutCommandInput | UpdateCommandInput | DeleteCommandInput,
  ) {
    if (input.ConditionExpression === undefined) return;
    const condition = compileCondition(input.ConditionExpression, input.ExpressionAttributeNames);
    if (condition(before?.item ?? {}, input.ExpressionAttributeValues ?? {})) return;
    throw new ConditionalCheckFailedException({
      message: 'The conditional request failed',
      $metadata: { httpStatusCode: 400 },
    });
  }

  return {
    get(key: Item | undefined): { Item?: Item } {
      const found = find(key);
      return found ? { Item: fresh(found) } : {};
    },

    put(input: PutCommandInput): { Attributes?: Item } {
      const item = input.Item ?? {};
      check(find(item), input);
      const before = write(item, item);
      return before && input.ReturnValues === 'ALL_OLD' ? { Attributes: fresh(before) } : {};
    },

    update(input: UpdateCommandInput): object {
      const before = find(input.Key);
      check(before, input);
      const next = before ? fresh(before) : { ...input.Key };
      compileUpdate(input.UpdateExpression ?? '', input.ExpressionAttributeNames)(
        next,
        input.ExpressionAttributeValues ?? {},
      );
      write(next, next);
      return {};
    },

    remove(input: DeleteCommandInput): object {
      check(find(input.Key), input);
      write(input.Key ?? {}, undefined);
      return {};
    },

    query(input: QueryCommandInput): object {
      if (input.FilterExpression !== undefined || input.ScanIndexForward === false) {
        throw new Error('Expected a query in rising order without a filter');
      }
      const view = input.IndexName === undefined ? undefined : views.get(input.IndexName);
      const sortKey = view?.index.sortKey.name ?? SORT_KEY;
      const { condition, partition } = keyCondition(input, view?.index.partitionKey ?? PARTITION_KEY);
      const values = input.ExpressionAttributeValues ?? {};
      const candidates = view ? view.items().sort((a, b) => inOrder(a, b, sortKey)) : inPartition(partition);
      const start = input.ExclusiveStartKey;
      const found = candidates.filter(
        (item) => condition(item, values) && (start === undefined || inOrder(item, start, sortKey) > 0),
      );
      const page = found.slice(0, input.Limit ?? found.length);
      const last = page.at(-1);
      return {
        Items: page.map((item) => copy(item)),
        Count: page.length,
        // Like DynamoDB: a page that is full has a next one, which may be empty.
        ...(last &&
          input.Limit === page.length && { LastEvaluatedKey: startAfter(last, sortKey, view?.index) }),
      };
    },

    items: () => [...partitions.keys()].flatMap(inPartition),
  };
}

/** The partition that a query names is looked up, the rest of its condition is asked of every item there. */
function keyCondition(input: QueryCommandInput, partitionKey: string) {
  const text = input.KeyConditionExpression ?? '';
  const names = input.ExpressionAttributeNames ?? {};
  const [, attribute = '', value = ''] = /^([#\w]+) = (:\w+)/.exec(text) ?? [];
  if ((names[attribute] ?? attribute) !== partitionKey) {
    throw new Error(`Expected a query of one ${partitionKey}, got ${text}`);
  }
  const partition = String(input.ExpressionAttributeValues?.[value]);
  return { condition: compileCondition(text, names), partition };
}

function startAfter(item: Item, sortKey: string, index: IndexShape | undefined): Item {
  const names = [PARTITION_KEY, SORT_KEY, ...(index ? [index.partitionKey, sortKey] : [])];
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

function keyOf(key: Item | undefined): { pk: string; sk: string } {
  const pk = key?.[PARTITION_KEY];
  const sk = key?.[SORT_KEY];
  if (typeof pk !== 'string' || typeof sk !== 'string') throw new Error('Expected a key of two strings');
  return { pk, sk };
}

/** What is stored shares nothing with its writer, and holds no undefined, as after the client's marshalling. */
function store(item: Item): Stored {
  const text = JSON.stringify(item);
  return { text, item: JSON.parse(text) };
}

function fresh({ text }: Stored): Item {
  return JSON.parse(text);
}

function copy(item: Item): Item {
  return JSON.parse(JSON.stringify(item));
}
