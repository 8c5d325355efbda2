import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Contender } from '../process/messages.ts';
import { type Recipient, readAudience } from './audience.ts';
import { batches, createClients, required, sendAll } from './clients.ts';
import { sendBulk } from './letter.ts';
import { LEDGER_TABLE } from './tables.ts';

/** Recipients of one message, addresses and all: about 40 KB. */
const CHUNK = 500;
/** Recipients of one SendBulkEmail. */
const BULK = 50;

/**
 * B: messages of five hundred recipients, a ledger row for each of them, fifty in a call. What somebody writes who has
 * seen the bill of A2. Claimed and not sent is lost: there is no second write that says so.
 */
export async function createContender(): Promise<Contender> {
  const { documents, sqs, ses } = createClients();
  const queueUrl = required('QUEUE_URL');

  return {
    plan: (update) => sendAll(sqs, queueUrl, messagesFor(update)),

    async handle(event) {
      const failed: string[] = [];
      await Promise.all(
        event.Records.map(async ({ body, messageId }) => {
          const { update, recipients }: { update: string; recipients: Recipient[] } = JSON.parse(body);
          try {
            for (let start = 0; start < recipients.length; start += BULK) {
              await tell(update, recipients.slice(start, start + BULK));
            }
          } catch {
            failed.push(messageId);
          }
        }),
      );
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    },
  };

  async function* messagesFor(update: string): AsyncGenerator<string> {
    for await (const recipients of batches(readAudience(documents), CHUNK)) {
      yield JSON.stringify({ update, recipients });
    }
  }

  async function tell(update: string, recipients: readonly Recipient[]): Promise<void> {
    const claims = await Promise.all(recipients.map(({ h }) => claim(`${update}#${h}`)));
    const ours = recipients.filter((_, index) => claims[index]);
    if (ours.length > 0) await sendBulk(ses, ours);
  }

  async function claim(id: string): Promise<boolean> {
    try {
      const condition = { ConditionExpression: 'attribute_not_exists(id)' };
      await documents.send(
        new PutCommand({ TableName: LEDGER_TABLE, Item: { id, claimedAt: Date.now() }, ...condition }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
