import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../domain/channel.ts';
import type { Pace } from '../domain/pace.ts';
import type { Instant } from '../domain/time.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, paceKey } from './keys.ts';
import { expiry } from './ledger.ts';

export type PaceStore = ReturnType<typeof paceStore>;

type Item = Pace & Key & { expiresAt: number };

/** How fast each channel goes: one item of the deliveries table per channel. */
export function paceStore(client: DocumentClient, table: string) {
  return {
    async read(channel: Channel): Promise<Pace | undefined> {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: paceKey(channel), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const { pk: _pk, sk: _sk, expiresAt: _expiresAt, ...pace } = Item as Item; // our own item
      return pace;
    },

    /** Sets a pace that is still as `seen`. Of many with the same `seen`, one gets true. */
    async swap(channel: Channel, seen: Pace | undefined, next: Pace, now: Instant): Promise<boolean> {
      const item: Item = { ...paceKey(channel), ...next, expiresAt: expiry(now) };
      const expected = seen ? { by: seen.by } : 'absent';
      return swap(client, table, item, expected, (found: Item) => found.by === next.by);
    },
  };
}
