import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { shortLinkKey } from './keys.ts';

/** Where a short link leads: an incident of ours, never an address. */
export interface ShortLinkTarget {
  readonly page: string;
  readonly incident: string;
}

export type ShortLinkStore = ReturnType<typeof shortLinkStore>;

/** Short links, in the incidents table: they live as long as what they lead to. */
export function shortLinkStore(client: DocumentClient, table: string) {
  return {
    /** Makes a code lead to an incident; again is the same as once. False when it leads to another one. */
    async keep(code: string, { page, incident }: ShortLinkTarget): Promise<boolean> {
      return isMet(
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...shortLinkKey(code), page, incident },
            ConditionExpression: 'attribute_not_exists(pk) OR (#page = :page AND incident = :incident)',
            ExpressionAttributeNames: { '#page': 'page' },
            ExpressionAttributeValues: { ':page': page, ':incident': incident },
          }),
        ),
      );
    },

    async find(code: string): Promise<ShortLinkTarget | undefined> {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: shortLinkKey(code) }));
      return Item as ShortLinkTarget | undefined; // our own item
    },
  };
}
