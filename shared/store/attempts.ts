import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AddressHash } from '../domain/subscriber.ts';
import { DAY, type Instant, type Millis, SECOND } from '../domain/time.ts';
import type { DocumentClient } from './document-client.ts';
import { attemptKey, attemptPartition, type Key } from './keys.ts';
import { queryAll } from './query-pages.ts';

/** One call of an endpoint. What it may hold: `shared/channels/webhook/attempt.ts`. */
export interface StoredAttempt {
  readonly page: string;
  readonly h: AddressHash;
  readonly at: Instant;
  readonly update: string;
  readonly attempt: number;
  readonly asked?: true;
  readonly told: boolean;
  readonly status?: number;
  readonly cause?: string;
  readonly durationMs: Millis;
  readonly excerpt?: string;
}

type Item = Omit<StoredAttempt, 'page' | 'h'> & Key & { expiresAt: number };

/** As long as missed updates can be sent again. */
const KEPT: Millis = 14 * DAY;

/** As many as a page or an answer of the API shows. */
export const ATTEMPTS_SHOWN = 50;

export type AttemptStore = ReturnType<typeof attemptStore>;

/** Calls of endpoints that did not simply succeed, for their owners. One write each; time cleans up. */
export function attemptStore(client: DocumentClient, table: string) {
  return {
    async put({ page, h, ...attempt }: StoredAttempt): Promise<void> {
      const item: Item = {
        ...attemptKey(page, h, attempt.at, attempt.update),
        ...attempt,
        expiresAt: Math.ceil((attempt.at + KEPT) / SECOND),
      };
      await client.send(new PutCommand({ TableName: table, Item: item }));
    },

    /** The newest, newest first. */
    async list(page: string, h: AddressHash, most: number): Promise<readonly StoredAttempt[]> {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': attemptPartition(page, h) },
          ScanIndexForward: false,
          Limit: most,
        }),
      );
      return Items.map((item) => {
        const { pk: _pk, sk: _sk, expiresAt: _expiresAt, ...attempt } = item as Item; // our own item
        return { page, h, ...attempt };
      });
    },

    /** Deletes all that is there now. */
    async forget(page: string, h: AddressHash): Promise<void> {
      const items = queryAll<Key>(client, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': attemptPartition(page, h) },
        ProjectionExpression: 'pk, sk',
      });
      for await (const { pk, sk } of items) {
        await client.send(new DeleteCommand({ TableName: table, Key: { pk, sk } }));
      }
    },
  };
}
