import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../domain/channel.ts';
import type { Pause } from '../domain/pause.ts';
import type { Instant } from '../domain/time.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, pauseKey } from './keys.ts';
import { expiry } from './ledger.ts';
import { getMany } from './query-pages.ts';

export type PauseStore = ReturnType<typeof pauseStore>;

/** Pause marks of the deliveries table, one per channel and scope. */
export function pauseStore(client: DocumentClient, table: string) {
  return {
    async read(channel: Channel, scope: string): Promise<Pause | undefined> {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: pauseKey(channel, scope), ConsistentRead: true }),
      );
      return Item && { until: Item['until'], attempt: Item['attempt'], by: Item['by'] };
    },

    /** The pauses of those scopes that have one. */
    async readMany(channel: Channel, scopes: readonly string[]): Promise<ReadonlyMap<string, Pause>> {
      const keys = scopes.map((scope) => pauseKey(channel, scope));
      const items = await getMany<Pause & Key>(client, table, keys);
      return new Map(items.map(({ sk, until, attempt, by }) => [sk, { until, attempt, by }]));
    },

    /** Sets a pause that is still as `seen`. Of many with the same `seen`, one gets true. */
    async swap(
      channel: Channel,
      scope: string,
      seen: Pause | undefined,
      next: Pause,
      now: Instant,
    ): Promise<boolean> {
      const item = { ...pauseKey(channel, scope), ...next, expiresAt: expiry(now) };
      const expected = seen ? { by: seen.by } : 'absent';
      return swap(client, table, item, expected, (found: Pause & Key) => found.by === next.by);
    },

    async clear(channel: Channel, scope: string): Promise<void> {
      await client.send(new DeleteCommand({ TableName: table, Key: pauseKey(channel, scope) }));
    },
  };
}
