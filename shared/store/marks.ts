import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Instant, SECOND } from '../domain/time.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, markKey } from './keys.ts';

type Item = Key & { writer: string; expiresAt: number; at?: Instant };

/** Rounds of read and swap. */
const MAX_ROUNDS = 5;

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

    /**
     * Moves a mark on to `at`. Returns false when it stands at a later time already: whoever asks is late. The same time again is not.
     * Rejects when it cannot tell, because too many others move it.
     */
    async moveOn(kind: string, id: string, at: Instant, until: Instant): Promise<boolean> {
      const key = markKey(kind, id);
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const { Item } = await client.send(
          new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
        );
        const seen = Item as Item | undefined; // our own item
        if (seen?.at !== undefined && seen.at >= at) return seen.at === at;
        const writer = newId();
        const item: Item = { ...key, writer, at, expiresAt: Math.ceil(until / SECOND) };
        const expected = seen === undefined ? 'absent' : { writer: seen.writer };
        if (await swap(client, table, item, expected, (found: Item) => found.writer === writer)) return true;
      }
      throw new Error(`Expected to move a mark within ${MAX_ROUNDS} rounds`);
    },

    async isSet(kind: string, id: string): Promise<boolean> {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: markKey(kind, id), ConsistentRead: true }),
      );
      return Item !== undefined;
    },
  };
}
