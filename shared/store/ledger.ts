import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../domain/channel.ts';
import type { ChunkEntry } from '../domain/chunk.ts';
import { DAY, type Instant } from '../domain/time.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { CHUNK_PREFIX, type ChunkRef, chunkKey, type Key, ledgerPartitions } from './keys.ts';
import { getMany, queryAll } from './query-pages.ts';

type Item = ChunkEntry & Key & { chunk: number; expiresAt: number };

export type LedgerStore = ReturnType<typeof ledgerStore>;

/** Chunk items of the deliveries table: what has been claimed and confirmed. Conformance: `test/store/ledger`. */
export function ledgerStore(client: DocumentClient, table: string) {
  return {
    /** The entry of one chunk, read consistently. */
    async read(ref: ChunkRef): Promise<ChunkEntry | undefined> {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: chunkKey(ref), ConsistentRead: true }),
      );
      return Item && toEntry(Item as Item); // our own item
    },

    /** The entries of the same chunk in several updates, by update id; absent ones are left out. */
    async readMany(refs: readonly ChunkRef[]): Promise<ReadonlyMap<string, ChunkEntry>> {
      if (refs.length === 0) return new Map();
      const items = await getMany<Item>(client, table, refs.map(chunkKey));
      const byKey = new Map(items.map((item) => [item.pk, toEntry(item)]));
      return new Map(
        refs.flatMap((ref) => {
          const entry = byKey.get(chunkKey(ref).pk);
          return entry ? [[ref.update, entry] as const] : [];
        }),
      );
    },

    /** All entries of one update and channel, by chunk number. */
    async readAll(
      page: string,
      update: string,
      channel: Channel,
      of: number,
    ): Promise<ReadonlyMap<number, ChunkEntry>> {
      const entries = new Map<number, ChunkEntry>();
      await Promise.all(
        ledgerPartitions(page, update, channel, of).map(async (pk) => {
          const items = queryAll<Item>(client, {
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': pk, ':prefix': CHUNK_PREFIX },
          });
          for await (const item of items) entries.set(item.chunk, toEntry(item));
        }),
      );
      return entries;
    },

    /**
     * Replaces an entry that is still as `seen` (absent when undefined). Returns false when somebody else has
     * changed it: whoever gets false must write nothing more.
     */
    async swap(
      ref: ChunkRef,
      seen: ChunkEntry | undefined,
      next: ChunkEntry,
      now: Instant,
    ): Promise<boolean> {
      const item: Item = { ...chunkKey(ref), ...next, chunk: ref.chunk, expiresAt: expiry(now) };
      const expected = seen
        ? { owner: seen.owner, cursor: seen.cursor, leaseUntil: seen.leaseUntil, done: false }
        : 'absent';
      return swap(client, table, item, expected, (found: Item) => isSame(found, next));
    },
  };
}

/** The ledger is kept so long; receipts outlive it. In Unix seconds, as DynamoDB's time to live wants it. */
export function expiry(now: Instant): number {
  return Math.floor((now + 90 * DAY) / 1_000);
}

function isSame(a: ChunkEntry, b: ChunkEntry): boolean {
  return (
    a.owner === b.owner &&
    a.cursor === b.cursor &&
    a.prev === b.prev &&
    a.leaseUntil === b.leaseUntil &&
    a.done === b.done
  );
}

function toEntry({ pk: _pk, sk: _sk, chunk: _chunk, expiresAt: _expiresAt, ...entry }: Item): ChunkEntry {
  return entry;
}
