import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Proof, Proofs, Subscriber } from '../domain/subscriber.ts';
import { isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { subscriberKey } from './keys.ts';
import { updateExpression } from './update-expression.ts';

/** Attributes of an endpoint's row to set and to remove. */
export interface EndpointChange {
  readonly set?: Partial<Subscriber<'webhook'>>;
  readonly remove?: readonly (keyof Subscriber)[];
}

export type EndpointSettingsStore = ReturnType<typeof endpointSettingsStore>;

/** How an endpoint is called, as its owner or the operator has it. */
export function endpointSettingsStore(client: DocumentClient, table: string) {
  return {
    /**
     * Changes a row that is still in the state, and signed by the secret, that it was seen with. By its owner: replaces the manage
     * secret that they used (`used` by `next`). A write whose answer was lost and is repeated returns the same.
     */
    async change(
      seen: Subscriber,
      { set = {}, remove = [] }: EndpointChange,
      by?: { readonly used: Proof; readonly next: Proof },
    ): Promise<boolean> {
      const { state, secretVersions: [newest] = [] } = seen;
      const Key = subscriberKey(seen);
      const input = updateExpression({ ...set, ...(by && { proofs: { manage: by.next } }) }, [...remove], []);
      const done = await isMet(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key,
            ...input,
            ConditionExpression: [
              '#state = :seen',
              newest === undefined ? 'attribute_not_exists(secretVersions)' : 'secretVersions[0] = :newest',
              ...(by ? ['proofs.manage.digest = :used'] : []),
            ].join(' AND '),
            ExpressionAttributeNames: { ...input.ExpressionAttributeNames, '#state': 'state' },
            ExpressionAttributeValues: {
              ...input.ExpressionAttributeValues,
              ':seen': state,
              ...(newest !== undefined && { ':newest': newest }),
              ...(by && { ':used': by.used.digest }),
            },
          }),
        ),
      );
      if (done || by === undefined) return done;
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      const proofs: Proofs | undefined = Item?.['proofs'];
      return proofs?.manage?.digest === by.next.digest;
    },
  };
}
