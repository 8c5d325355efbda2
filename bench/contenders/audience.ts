import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { TABLES } from '../../shared/deployment/tables.ts';
import { PAGE_ID, TOUCHED } from '../engines/synthetic-subscribers.ts';

export interface Recipient {
  readonly h: string;
  readonly email: string;
}

/** Everybody whom the update concerns: the contenders' planners read all subscribers, as most do, page by page. */
export async function* readAudience(client: DynamoDBDocumentClient): AsyncGenerator<Recipient> {
  for (let shard = 0; shard < 4; shard++) {
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: TABLES.subscribers.logicalId,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `${PAGE_ID}#email#${shard}` },
          ExclusiveStartKey: from,
        }),
      );
      for (const { sk, address, state, scope } of Items) {
        const concerned = scope.kind === 'page' || scope.components.includes(TOUCHED);
        if (state === 'active' && concerned) yield { h: sk, email: address.email };
      }
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }
}
