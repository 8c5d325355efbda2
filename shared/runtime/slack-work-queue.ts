import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Puts a message onto the Slack app's work queue, in the group of its page. Rejects when the queue is out of reach. */
export function slackWorkQueue(client: Pick<SQSClient, 'send'>, url: string) {
  return async (page: string, body: string): Promise<void> => {
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageGroupId: page }));
  };
}
