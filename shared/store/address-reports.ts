import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../domain/time.ts';
import { isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type SubscriberRef, subscriberKey } from './keys.ts';

/** What a provider has told of an address, some time after it took a message. */
export interface AddressReport {
  readonly cause: string;
  readonly at: Instant;
  /** Says nothing of somebody who has agreed, or agreed again, after this moment. */
  readonly agreedBefore: Instant;
}

export type AddressReportStore = ReturnType<typeof addressReportStore>;

/** Late news of addresses, in the subscribers table. Repeating one changes nothing; both return whether they did. */
export function addressReportStore(client: DocumentClient, table: string) {
  async function change(
    ref: SubscriberRef,
    expression: string,
    condition: string,
    values: Readonly<Record<string, unknown>>,
  ): Promise<boolean> {
    return isMet(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: subscriberKey(ref),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: values,
        }),
      ),
    );
  }

  return {
    /** Stops using an active address until its owner acts. */
    giveUp(ref: SubscriberRef, { cause, at, agreedBefore }: AddressReport): Promise<boolean> {
      return change(
        ref,
        'SET #state = :to, quarantine = :quarantine',
        `#state = :active AND ${AGREED_BEFORE}`,
        {
          ':to': 'quarantined',
          ':active': 'active',
          ':quarantine': { cause, at },
          ':agreedBefore': agreedBefore,
        },
      );
    },

    /** Ends a subscription whose owner has complained, or a sign-up that they were asked to confirm, and says why it ended. */
    complain(ref: SubscriberRef, { cause, at, agreedBefore }: AddressReport): Promise<boolean> {
      return change(
        ref,
        'SET #state = :to, quarantine = :quarantine, unsubscribedAt = if_not_exists(unsubscribedAt, :at) ' +
          'REMOVE proofs, pendingUntil, expiresAt, strikes',
        `attribute_exists(pk) AND (attribute_not_exists(quarantine.cause) OR quarantine.cause <> :cause) AND (#state = :pending OR ${AGREED_BEFORE})`,
        {
          ':to': 'unsubscribed',
          ':pending': 'pending',
          ':quarantine': { cause, at },
          ':cause': cause,
          ':at': at,
          ':agreedBefore': agreedBefore,
        },
      );
    },
  };
}

const AGREED_BEFORE = '(attribute_not_exists(confirmedAt) OR confirmedAt <= :agreedBefore)';
