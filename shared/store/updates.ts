import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { BY_OPEN } from '../deployment/tables.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Instant } from '../domain/time.ts';
import type { AcceptedUpdate } from '../domain/update.ts';
import { ifMet, isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, OPEN, updateKey } from './keys.ts';
import { getMany, queryAll } from './query-pages.ts';

/** An update as stored, with how far the work on it has come. */
export interface StoredUpdate {
  readonly update: AcceptedUpdate;
  /** Digest of the content as published: the same id with another digest is a conflict. */
  readonly digest: string;
  /** When all its doorbells had been rung. */
  readonly enqueuedAt?: Instant;
  /** When its receipt was closed, and the receipt: it outlives the ledger. */
  readonly closedAt?: Instant;
  readonly receipt?: Receipt;
}

type Item = StoredUpdate & Key & { open?: string; acceptedAt: Instant };

export type UpdateStore = ReturnType<typeof updateStore>;

/** Updates: idempotency key, content, and the `open` marker until the receipt is closed. */
export function updateStore(client: DocumentClient, table: string) {
  return {
    async get(page: string, id: string): Promise<StoredUpdate | undefined> {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: updateKey(page, id), ConsistentRead: true }),
      );
      return Item && toStored(Item as Item); // our own item
    },

    async getMany(page: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredUpdate>> {
      const items = await getMany<Item>(
        client,
        table,
        ids.map((id) => updateKey(page, id)),
      );
      return new Map(items.map((item) => [item.update.id, toStored(item)]));
    },

    /** Stores an update if its id is new on its page. Returns whether it was. */
    async putNew(update: AcceptedUpdate, digest: string): Promise<boolean> {
      const item: Item = {
        ...updateKey(update.page, update.id),
        update,
        digest,
        open: OPEN,
        acceptedAt: update.acceptedAt,
      };
      return isMet(
        client.send(
          new PutCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
        ),
      );
    },

    async markEnqueued(page: string, id: string, at: Instant): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: updateKey(page, id),
          UpdateExpression: 'SET enqueuedAt = if_not_exists(enqueuedAt, :at)',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':at': at },
        }),
      );
    },

    /** Closes the receipt, once: a closed one stays as it was. */
    async close(page: string, id: string, receipt: Receipt, at: Instant): Promise<void> {
      await ifMet(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: updateKey(page, id),
            UpdateExpression: 'SET closedAt = :at, receipt = :receipt REMOVE #open',
            ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(closedAt)',
            ExpressionAttributeNames: { '#open': 'open' },
            ExpressionAttributeValues: { ':at': at, ':receipt': receipt },
          }),
        ),
      );
    },

    /** Updates whose receipts may be open, oldest first. A hint: the index lags behind the table. */
    async *listOpen(): AsyncGenerator<{ page: string; id: string }> {
      const items = queryAll<Key>(client, {
        TableName: table,
        IndexName: BY_OPEN.name,
        KeyConditionExpression: '#open = :open',
        ExpressionAttributeNames: { '#open': BY_OPEN.partitionKey },
        ExpressionAttributeValues: { ':open': OPEN },
      });
      for await (const { pk } of items) {
        const [page, , id] = pk.split('#');
        if (page !== undefined && id !== undefined) yield { page, id };
      }
    },
  };
}

function toStored({ update, digest, enqueuedAt, closedAt, receipt }: Item): StoredUpdate {
  return {
    update,
    digest,
    ...(enqueuedAt !== undefined && { enqueuedAt }),
    ...(closedAt !== undefined && { closedAt }),
    ...(receipt !== undefined && { receipt }),
  };
}
