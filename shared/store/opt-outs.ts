import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { STOPPED } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import { isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type SubscriberRef, subscriberKey } from './keys.ts';

export type OptOutStore = ReturnType<typeof optOutStore>;

/** STOP and START of a number, row by row. */
export function optOutStore(client: DocumentClient, table: string) {
  async function update(
    ref: SubscriberRef,
    change: Pick<
      UpdateCommandInput,
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
    >,
  ): Promise<boolean> {
    return isMet(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: subscriberKey(ref),
          ExpressionAttributeNames: { '#state': 'state' },
          ...change,
        }),
      ),
    );
  }

  return {
    /**
     * Ends a row. An active one so that START can undo it, and nobody else; what was no subscription (waiting for a confirmation, given
     * up for another cause) for good. Returns whether anything changed: not if it had ended before.
     */
    async stop(ref: SubscriberRef, at: Instant): Promise<boolean> {
      const wasActive = await update(ref, {
        UpdateExpression: 'SET #state = :quarantined, quarantine = :stopped REMOVE proofs, strikes',
        ConditionExpression: '#state = :active',
        ExpressionAttributeValues: {
          ':active': 'active',
          ':quarantined': 'quarantined',
          ':stopped': { cause: STOPPED, at },
        },
      });
      if (wasActive) return true;
      return update(ref, {
        UpdateExpression:
          'SET #state = :left, unsubscribedAt = :at REMOVE proofs, pendingUntil, expiresAt, quarantine, strikes',
        ConditionExpression: '#state = :pending OR (#state = :quarantined AND quarantine.cause <> :cause)',
        ExpressionAttributeValues: {
          ':left': 'unsubscribed',
          ':at': at,
          ':pending': 'pending',
          ':quarantined': 'quarantined',
          ':cause': STOPPED,
        },
      });
    },

    /** Notes that a text has told them how to leave. */
    async noteToldWayOut(ref: SubscriberRef, at: Instant): Promise<void> {
      await update(ref, {
        UpdateExpression: 'SET toldWayOutAt = :at',
        ConditionExpression: '#state = :active',
        ExpressionAttributeValues: { ':active': 'active', ':at': at },
      });
    },

    /**
     * Undoes `stop`. What was published meanwhile does not concern them: they agree anew. Who has also left by a link, or was erased,
     * stays away, and may sign up again. Returns whether there was a stop.
     */
    async start(ref: SubscriberRef, at: Instant): Promise<boolean> {
      const isBack = await update(ref, {
        UpdateExpression: 'SET #state = :active, confirmedAt = :at REMOVE quarantine, strikes',
        ConditionExpression: '#state = :quarantined AND quarantine.cause = :cause',
        ExpressionAttributeValues: {
          ':active': 'active',
          ':at': at,
          ':quarantined': 'quarantined',
          ':cause': STOPPED,
        },
      });
      if (isBack) return true;
      return update(ref, {
        UpdateExpression: 'REMOVE quarantine',
        ConditionExpression: '#state = :left AND quarantine.cause = :cause',
        ExpressionAttributeValues: { ':left': 'unsubscribed', ':cause': STOPPED },
      });
    },
  };
}
