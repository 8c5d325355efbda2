import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AddressHash } from '../domain/subscriber.ts';
import { ifMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, threadRootKey } from './keys.ts';
import { getMany } from './query-pages.ts';

export interface ThreadRoot {
  /** Slack's name for the message. */
  readonly ts: string;
}

/** Which message in a Slack channel an incident's thread hangs on. */
export function threadRootStore(client: DocumentClient, table: string) {
  return {
    async read(
      page: string,
      incident: string,
      hs: readonly AddressHash[],
    ): Promise<ReadonlyMap<AddressHash, ThreadRoot>> {
      const items = await getMany<ThreadRoot & Key>(
        client,
        table,
        hs.map((h) => threadRootKey(page, incident, h)),
      );
      return new Map(items.map(({ sk, ts }) => [sk, { ts }]));
    },

    /** The first writer wins, except over `lost`: a root that Slack no longer has gives way. */
    async write(
      page: string,
      incident: string,
      h: AddressHash,
      root: ThreadRoot,
      lost?: ThreadRoot,
    ): Promise<void> {
      const free = 'attribute_not_exists(pk)';
      await ifMet(
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...threadRootKey(page, incident, h), ...root },
            ConditionExpression: lost ? `${free} OR ts = :lost` : free,
            ...(lost && { ExpressionAttributeValues: { ':lost': lost.ts } }),
          }),
        ),
      );
    },
  };
}
