import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../domain/channel.ts';
import { shardOf } from '../domain/hash-range.ts';
import type { AddressHash } from '../domain/subscriber.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, subscriberPartition } from './keys.ts';
import { updateExpression } from './update-expression.ts';

/** Names one row. */
export interface RowName {
  readonly page: string;
  readonly channel: Channel;
  readonly h: AddressHash;
}

export function keyOf({ page, channel, h }: RowName): Key {
  return { pk: subscriberPartition(page, channel, shardOf(h)), sk: h };
}

/** One row of a subscriber, changed if it is as it must be, and looked at. */
export function rowUpdates(client: DocumentClient, table: string) {
  async function update(
    name: RowName,
    change: {
      readonly set?: Readonly<Record<string, unknown>>;
      readonly remove?: readonly string[];
      readonly raw?: readonly string[];
      readonly condition: string;
      readonly values?: Readonly<Record<string, unknown>>;
    },
  ): Promise<boolean> {
    const input = updateExpression(change.set ?? {}, change.remove ?? [], change.raw ?? []);
    try {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(name),
          ...input,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: {
            ...input.ExpressionAttributeNames,
            ...(change.condition.includes('#state') && { '#state': 'state' }),
          },
          ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ...change.values },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async function has(name: RowName, test: (row: Record<string, unknown>) => boolean): Promise<boolean> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true }),
    );
    return Item !== undefined && test(Item);
  }

  return { update, has };
}
