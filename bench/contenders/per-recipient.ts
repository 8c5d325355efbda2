import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent } from 'aws-lambda';
import type { Contender } from '../process/messages.ts';
import { type Recipient, readAudience } from './audience.ts';
import { createClients, required, sendAll } from './clients.ts';
import { sendOne } from './letter.ts';
import { LEDGER_TABLE } from './tables.ts';

/**
 * A: one message per recipient; look whether it was sent, send, note that it was. The first thing that comes to mind. Two
 * deliveries of one message at the same time both find nothing noted.
 */
export async function createContender(): Promise<Contender> {
  const { documents, sqs, ses } = createClients();
  const queueUrl = required('QUEUE_URL');

  return {
    plan: (update) => sendAll(sqs, queueUrl, messagesFor(update)),

    async handle(event: SQSEvent) {
      const failed: string[] = [];
      await Promise.all(
        event.Records.map(async ({ body, messageId }) => {
          await tell(JSON.parse(body)).catch(() => failed.push(messageId));
        }),
      );
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    },
  };

  async function* messagesFor(update: string): AsyncGenerator<string> {
    const seen = new Set<string>();
    for await (const recipient of readAudience(documents)) {
      if (seen.has(recipient.h)) continue;
      seen.add(recipient.h);
      yield JSON.stringify({ update, ...recipient });
    }
  }

  async function tell({ update, ...recipient }: Recipient & { update: string }): Promise<void> {
    const id = `${update}#${recipient.h}`;
    const { Item } = await documents.send(new GetCommand({ TableName: LEDGER_TABLE, Key: { id } }));
    if (Item !== undefined) return;
    await sendOne(ses, recipient);
    await documents.send(new PutCommand({ TableName: LEDGER_TABLE, Item: { id, sentAt: Date.now() } }));
  }
}
