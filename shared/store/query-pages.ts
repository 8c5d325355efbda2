import { BatchGetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { fullJitter } from '../runtime/back-off.ts';
import type { DocumentClient } from './document-client.ts';
import type { Key } from './keys.ts';

/** All items of a query, page by page. */
export async function* queryAll<T>(client: DocumentClient, input: QueryCommandInput): AsyncGenerator<T> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new QueryCommand({ ...input, ExclusiveStartKey: from }));
    for (const item of page.Items ?? []) yield item as T; // the caller knows what lies under its keys
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** Most keys that one BatchGetItem takes. */
const MAX_KEYS = 100;
/** Attempts at keys that DynamoDB left unprocessed, before the caller's queue takes over. */
const MAX_ROUNDS = 8;

/** DynamoDB takes no more for now. Marked as its client marks what passes by itself: waiting helps, nobody has to look. */
class UnprocessedKeys extends Error {
  override readonly name = 'UnprocessedKeys';
  readonly $retryable = { throttling: true };
}

/**
 * The items under the given keys that exist, in no order, read consistently. Keys that DynamoDB leaves unprocessed are asked for
 * again after a wait: what it could not serve, it cannot serve at once. (Source: API reference, `BatchGetItem`.)
 */
export async function getMany<T>(
  client: DocumentClient,
  table: string,
  keys: readonly Key[],
  backOff: (round: number) => Promise<void> = fullJitter(),
): Promise<T[]> {
  const found: T[] = [];
  for (let start = 0; start < keys.length; start += MAX_KEYS) {
    let pending: Record<string, unknown>[] = keys
      .slice(start, start + MAX_KEYS)
      .map(({ pk, sk }) => ({ pk, sk }));
    for (let round = 0; pending.length > 0; round++) {
      if (round === MAX_ROUNDS)
        throw new UnprocessedKeys(`Expected BatchGetItem to finish, got ${pending.length} keys left`);
      const answer = await client.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: pending, ConsistentRead: true } } }),
      );
      found.push(...((answer.Responses?.[table] ?? []) as T[])); // the caller knows what lies under its keys
      pending = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      if (pending.length > 0 && round + 1 < MAX_ROUNDS) await backOff(round);
    }
  }
  return found;
}
