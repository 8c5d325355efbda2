import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DAY, type Instant, SECOND } from '../domain/time.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, limitKey } from './keys.ts';
import { getMany } from './query-pages.ts';

/** Codes that went out to numbers with something in common, and how many of them came back. */
export interface Tally {
  readonly sent: number;
  readonly entered: number;
  /** Refused by the provider, which takes the number for pumping. */
  readonly pumping: number;
}

type Item = Key & Partial<Tally>;

export type CodeTallyStore = ReturnType<typeof codeTallyStore>;

const NAME = 'codes';

/**
 * Counts of the deliveries table, one item per subject and span of time. `subject` is a digest; `from` is where a span begins. For
 * judging a rate: a count that is made twice after a lost answer moves it a little.
 */
export function codeTallyStore(client: DocumentClient, table: string) {
  return {
    async add(subject: string, from: Instant, what: keyof Tally): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: limitKey(NAME, subject, String(from)),
          UpdateExpression: 'ADD #what :one SET expiresAt = :expiresAt',
          ExpressionAttributeNames: { '#what': what },
          ExpressionAttributeValues: { ':one': 1, ':expiresAt': Math.ceil((from + 2 * DAY) / SECOND) },
        }),
      );
    },

    /** The sum over spans, for each subject in the order given. */
    async sum(subjects: readonly string[], spans: readonly Instant[]): Promise<readonly Tally[]> {
      const keys = subjects.flatMap((subject) => spans.map((from) => limitKey(NAME, subject, String(from))));
      const items = await getMany<Item>(client, table, keys);
      return subjects.map((subject) => {
        const own = items.filter(({ pk }) => pk === limitKey(NAME, subject, '').pk);
        const total = (what: keyof Tally) => own.reduce((sum, item) => sum + (item[what] ?? 0), 0);
        return { sent: total('sent'), entered: total('entered'), pumping: total('pumping') };
      });
    },
  };
}
