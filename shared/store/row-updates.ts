import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type SubscriberRef, subscriberKey } from './keys.ts';
import { updateExpression } from './update-expression.ts';

/** One row of a subscriber, changed if it is as it must be, and looked at. */
export function rowUpdates(client: DocumentClient, table: string) {
  async function update(
    name: SubscriberRef,
    change: {
      readonly set?: Readonly<Record<string, unknown>>;
      readonly remove?: readonly string[];
      readonly raw?: readonly string[];
      readonly condition: string;
      readonly values?: Readonly<Record<string, unknown>>;
    },
  ): Promise<boolean> {
    const input = updateExpression(change.set ?? {}, change.remove ?? [], change.raw ?? []);
    return isMet(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: subscriberKey(name),
          ...input,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: {
            ...input.ExpressionAttributeNames,
            ...(change.condition.includes('#state') && { '#state': 'state' }),
          },
          ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ...change.values },
        }),
      ),
    );
  }

  async function has(name: SubscriberRef, test: (row: Record<string, unknown>) => boolean): Promise<boolean> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: subscriberKey(name), ConsistentRead: true }),
    );
    return Item !== undefined && test(Item);
  }

  return { update, has };
}
