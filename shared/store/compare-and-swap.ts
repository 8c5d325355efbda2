import { GetCommand, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import type { Key } from './keys.ts';

/** Attribute values that an item must have for a write to happen; `absent` for no item at all. */
export type Expected = 'absent' | Readonly<Record<string, unknown>>;

/**
 * Replaces an item if it is as expected. Returns whether `item` is what the table holds now.
 *
 * Promise: of many swaps with the same expectation exactly one returns true. A swap that took effect and whose
 * answer was lost returns true as well: on a refused condition the item is read again, consistently, and `isOwn`
 * says whether it is the one that this swap wrote.
 */
export async function swap<T extends object>(
  client: DocumentClient,
  table: string,
  item: T & Key,
  expected: Expected,
  isOwn: (found: T) => boolean,
): Promise<boolean> {
  if (await isMet(client.send(new PutCommand({ TableName: table, Item: item, ...conditionFor(expected) }))))
    return true;
  const { pk, sk } = item;
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }),
  );
  return Item !== undefined && isOwn(Item as T); // only this module's callers write under these keys
}

function conditionFor(
  expected: Expected,
): Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  if (expected === 'absent') return { ConditionExpression: 'attribute_not_exists(pk)' };
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const parts = Object.entries(expected).map(([name, value], index) => {
    names[`#${index}`] = name;
    if (value === undefined) return `attribute_not_exists(#${index})`;
    values[`:${index}`] = value;
    return `#${index} = :${index}`;
  });
  return {
    ConditionExpression: parts.join(' AND '),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
