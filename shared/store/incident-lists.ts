import { BY_PAGE, BY_REMINDER } from '../deployment/tables.ts';
import type { Incident } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';
import type { DocumentClient } from './document-client.ts';
import type { IncidentItem } from './incident-reader.ts';
import { incidentKey, type Key, REMIND } from './keys.ts';
import { getMany, queryAll } from './query-pages.ts';

/** Keys of incidents in one answer of the index: some 100 bytes each. */
const LISTED_AT_ONCE = 50;

export type IncidentLists = ReturnType<typeof incidentLists>;

/** Many incidents at a time: for those who do not know yet which ones they look for. */
export function incidentLists(client: DocumentClient, table: string) {
  return {
    /** Those incidents that exist, in the order asked for. */
    async getMany(page: string, ids: readonly string[]): Promise<readonly Incident[]> {
      const keys = ids.map((id) => incidentKey(page, id));
      const items = await getMany<IncidentItem>(client, table, keys);
      const found = new Map(items.map(({ incident }) => [incident.id, incident]));
      return ids.flatMap((id) => found.get(id) ?? []);
    },

    /**
     * Incidents of a page, the one with the newest update first, and when that update was accepted. All that ever were: whoever
     * reads stops when they have enough. A hint: the index lags behind the table.
     */
    async *listNewest(pageId: string): AsyncGenerator<{ id: string; at: Instant }> {
      const items = queryAll<Key & { listedAt: Instant }>(client, {
        TableName: table,
        IndexName: BY_PAGE.name,
        KeyConditionExpression: '#listed = :page',
        ExpressionAttributeNames: { '#listed': BY_PAGE.partitionKey },
        ExpressionAttributeValues: { ':page': pageId },
        ScanIndexForward: false,
        Limit: LISTED_AT_ONCE,
      });
      for await (const { pk, listedAt } of items) {
        const id = pk.split('#')[2];
        if (id !== undefined) yield { id, at: listedAt };
      }
    },

    /**
     * Incidents with planned work that somebody had to be reminded of by `now`, the longest due first. A hint: the index
     * lags behind the table.
     */
    async *listToRemind(now: Instant): AsyncGenerator<{ page: string; id: string }> {
      const items = queryAll<Key>(client, {
        TableName: table,
        IndexName: BY_REMINDER.name,
        KeyConditionExpression: '#remind = :remind AND #remindAt <= :now',
        ExpressionAttributeNames: {
          '#remind': BY_REMINDER.partitionKey,
          '#remindAt': BY_REMINDER.sortKey.name,
        },
        ExpressionAttributeValues: { ':remind': REMIND, ':now': now },
      });
      for await (const { pk } of items) {
        const [page, , id] = pk.split('#');
        if (page !== undefined && id !== undefined) yield { page, id };
      }
    },
  };
}
