import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../domain/channel.ts';
import type { ChunkEntry } from '../domain/chunk.ts';
import { DAY, type Instant } from '../domain/time.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { gatheredReads, nameOf } from './gathered-reads.ts';
import { CHUNK_PREFIX, type ChunkRef, chunkKey, type Key, ledgerPartitions } from './keys.ts';
import { queryAll } from './query-pages.ts';

type Item = ChunkEntry & Key & { chunk: number; expiresAt: number };

/** Finished chunks that one process remembers: those of two million subscribers, in 2 MB. */
const REMEMBERED = 4_096;

export type LedgerStore = ReturnType<typeof ledgerStore>;

/**
 * Chunk items of the deliveries table: what has been claimed and confirmed. Conformance: `test/store/ledger`.
 *
 * An entry that is done never changes again, so each of them is read once: a sender passes over finished chunks on its way to one
 * that is free. With 128 chunks and two senders that was 884 BatchGetItem; remembered and gathered it is under 200.
 */
export function ledgerStore(client: DocumentClient, table: string) {
  const readItems = gatheredReads<Item>(client, table);
  const finished = new Map<string, ChunkEntry>();

  function remember(name: string, entry: ChunkEntry): void {
    if (!entry.done) return;
    finished.set(name, entry);
    const [oldest] = finished.keys();
    if (finished.size > REMEMBERED && oldest !== undefined) finished.delete(oldest);
  }

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
      const entries = new Map<string, ChunkEntry>();
      const unknown: ChunkRef[] = [];
      for (const ref of refs) {
        const entry = finished.get(nameOf(chunkKey(ref)));
        if (entry === undefined) unknown.push(ref);
        else entries.set(ref.update, entry);
      }
      const items = await readItems(unknown.map(chunkKey));
      for (const [index, ref] of unknown.entries()) {
        const item = items[index];
        if (item === undefined) continue;
        const entry = toEntry(item);
        remember(nameOf(item), entry);
        entries.set(ref.update, entry);
      }
      return entries;
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
      const won = await swap(client, table, item, expected, (found: Item) => isSame(found, next));
      if (won) remember(nameOf(item), next);
      return won;
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
