import { itemBytes, readUnits } from './item-size.ts';
import {
  endOfShard,
  firstRowAfter,
  itemOfRow,
  type SyntheticAudience,
  type WireItem,
} from './synthetic-subscribers.ts';

interface QueryInput {
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
  readonly ExclusiveStartKey?: Readonly<Record<string, { readonly S?: string }>>;
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
}

export interface QueryAnswer {
  readonly Items: readonly WireItem[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: WireItem;
}

/** What DynamoDB answers to a GetItem of a subscriber. */
export function answerGet(
  { Key }: { readonly Key: Readonly<Record<string, { readonly S?: string }>> },
  audience: SyntheticAudience,
): { readonly answer: { readonly Item?: WireItem }; readonly units: number } {
  const h = Key['sk']?.S ?? '';
  const index = firstRowAfter(h, audience.rows) - 1;
  const Item = index >= 0 ? itemOfRow(index, audience) : undefined;
  if (Item === undefined || !isSame(Item, Key)) return { answer: {}, units: 1 };
  return { answer: { Item }, units: readUnits(itemBytes(Item), true) };
}

function isSame(item: WireItem, key: Readonly<Record<string, { readonly S?: string }>>): boolean {
  return ['pk', 'sk'].every((name) => JSON.stringify(item[name]) === JSON.stringify(key[name]));
}

/** The most that one Query looks at. Source: DynamoDB API reference, Query. */
const PAGE_BYTES = 1_048_576;

/**
 * What DynamoDB answers to a Query of one partition of subscribers, with or without bounds (`sk BETWEEN :after AND
 * :upTo`), as if the rows were stored. A test holds it to what dynalite answers about the same rows.
 */
export function answerQuery(
  input: QueryInput,
  audience: SyntheticAudience,
): { readonly answer: QueryAnswer; readonly units: number } {
  const values = input.ExpressionAttributeValues ?? {};
  const shard = Number(values[':pk']?.S?.split('#')[2]);
  const lower = input.ExclusiveStartKey?.['sk']?.S ?? values[':after']?.S;
  const start = shard === 0 ? 0 : endOfShard(shard - 1, audience.rows);
  const from = Math.max(start, lower === undefined ? start : firstRowAfter(lower, audience.rows));
  const upTo = values[':upTo']?.S;
  const end = Math.min(
    endOfShard(shard, audience.rows),
    upTo === undefined ? audience.rows : firstRowAfter(upTo, audience.rows),
  );
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  const Items: WireItem[] = [];
  let bytes = 0;
  for (let index = from; index < end && Items.length < limit && bytes < PAGE_BYTES; index++) {
    const item = itemOfRow(index, audience);
    Items.push(item);
    bytes += itemBytes(item);
  }
  const last = Items.at(-1);
  const isCut = last !== undefined && (Items.length === limit || from + Items.length < end);
  const { pk, sk } = last ?? {};
  return {
    answer: {
      Items,
      Count: Items.length,
      ScannedCount: Items.length,
      ...(isCut && pk && sk && { LastEvaluatedKey: { pk, sk } }),
    },
    units: readUnits(bytes, input.ConsistentRead === true),
  };
}
