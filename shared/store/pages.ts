import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../domain/channel.ts';
import type { Page } from '../domain/page.ts';
import type { SubscriberCounts } from '../domain/placement.ts';
import type { DocumentClient } from './document-client.ts';
import { countKey, type Key, pageKey, pagePartition } from './keys.ts';
import { queryAll } from './query-pages.ts';

export interface PageWithCounts {
  readonly page: Page;
  readonly counts: SubscriberCounts;
}

export type PageStore = ReturnType<typeof pageStore>;

/** Pages and how many subscribers each has per channel. The counts balance chunks and decide nothing else. */
export function pageStore(client: DocumentClient, table: string) {
  return {
    async get(id: string): Promise<PageWithCounts | undefined> {
      let page: Page | undefined;
      const counts: Partial<Record<Channel, number>> = {};
      const items = queryAll<Key & { page?: Page; channel?: Channel; count?: number }>(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pagePartition(id) },
      });
      for await (const item of items) {
        if (item.page) page = item.page;
        if (item.channel) counts[item.channel] = item.count ?? 0;
      }
      return page && { page, counts };
    },

    async put(page: Page): Promise<void> {
      await client.send(new PutCommand({ TableName: table, Item: { ...pageKey(page.id), page } }));
    },

    /** Counts one subscriber more. May be off by a few after a crash, which moves nothing but the size of chunks. */
    async countSubscriber(page: string, channel: Channel): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: countKey(page, channel),
          UpdateExpression: 'SET channel = :channel ADD #count :one',
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: { ':channel': channel, ':one': 1 },
        }),
      );
    },
  };
}
