import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Instant, SECOND } from '../domain/time.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, markKey } from './keys.ts';

type Item = Key & { writer: string; expiresAt: number };

export type MarkStore = ReturnType<typeof markStore>;

/** Marks of the deliveries table: that something was seen or used. They may stay beyond `until`, never end before it. */
export function markStore(client: DocumentClient, table: string, newId: () => string) {
  return {
    /** Sets a mark. Of many who set the same one, exactly one gets true. */
    async set(kind: string, id: string, until: Instant): Promise<boolean> {
      const writer = newId();
      const item: Item = { ...markKey(kind, id), writer, expiresAt: Math.ceil(until / SECOND) };
      return swap(client, table, item, 'absent', (found: Item) => found.writer === writer);
    },

    async isSet(kind: string, id: string): Promise<boolean> {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: markKey(kind, id), ConsistentRead: true }),
      );
      return Item !== undefined;
    },
  };
}
