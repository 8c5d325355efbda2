import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { MAX_DELAY_SECONDS } from '../deployment/channels.ts';
import type { ConfirmationRequest } from '../domain/confirmation.ts';
import type { Millis } from '../domain/time.ts';

/** Entries of one SendMessageBatch. */
const BATCH = 10;

/** The queue of confirmations. Fair: the group is the page, so one page's flood does not stand before another's sign-up. */
export function confirmationQueue(client: Pick<SQSClient, 'send'>, url: string) {
  return {
    /** Asks for one confirmation. Throws when the queue cannot be reached. */
    async ring(request: ConfirmationRequest, delayMs: Millis = 0): Promise<void> {
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify(request),
          MessageGroupId: request.page,
          DelaySeconds: delaySeconds(delayMs),
        }),
      );
    },

    /** Asks for many. Returns how many the queue did not take. */
    async send(requests: readonly ConfirmationRequest[]): Promise<number> {
      let refused = 0;
      for (let start = 0; start < requests.length; start += BATCH) {
        const answer = await client.send(
          new SendMessageBatchCommand({
            QueueUrl: url,
            Entries: requests.slice(start, start + BATCH).map((request, index) => ({
              Id: String(index),
              MessageBody: JSON.stringify(request),
              MessageGroupId: request.page,
            })),
          }),
        );
        refused += answer.Failed?.length ?? 0;
      }
      return refused;
    },
  };
}

function delaySeconds(delayMs: Millis): number {
  return Math.min(MAX_DELAY_SECONDS, Math.ceil(delayMs / 1_000));
}
