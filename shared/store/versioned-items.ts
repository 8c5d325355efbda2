import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import type { Key } from './keys.ts';

/** An item that carries the number of its changes, and who made the last. */
export type Versioned<T> = T & Key & { readonly version: number; readonly writer: string };

/** Rounds of read, change, swap before the caller tries again. Of those who change at once, one wins each round. */
const MAX_ROUNDS = 100;

/** Too many at once. Marked as the SDK marks what passes by itself: whoever tries again later gets through. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
  readonly $retryable = { throttling: true };
}

/** Reads an item, consistently. The caller knows what lies under its key. */
export async function readVersioned<T extends object>(
  client: DocumentClient,
  table: string,
  { pk, sk }: Key,
): Promise<Versioned<T> | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }),
  );
  return Item as Versioned<T> | undefined;
}

/**
 * Items that many change at once, each by a function of the item as it is. `backOff`: before the next round of a change that lost.
 *
 * The function is called again whenever somebody was quicker. Nothing is written when it returns what it was given. Of changes at
 * once none is lost; one whose answer was lost takes effect once. Returns the item as it then stands.
 */
export function versionedItems<T extends object>(
  client: DocumentClient,
  table: string,
  newId: () => string,
  backOff: (round: number) => Promise<void> = async () => {},
) {
  return async (key: Key, change: (found: T | undefined) => T): Promise<T> => {
    const writer = newId();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const found = await readVersioned<T>(client, table, key);
      const next = change(found);
      if (next === found) return next;
      const version = (found?.version ?? 0) + 1;
      const item: Versioned<T> = { ...next, ...key, version, writer };
      const expected = found ? { version: found.version } : 'absent';
      const isOwn = (now: Versioned<T>) => now.version === version && now.writer === writer;
      if (await swap(client, table, item, expected, isOwn)) return next;
      await backOff(round);
    }
    throw new Overtaken(
      `Expected to change ${key.sk} of ${key.pk} within ${MAX_ROUNDS} rounds, got overtaken each time`,
    );
  };
}
