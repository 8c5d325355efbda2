import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { eventKey, type MailReportShape, type SuppressionReason } from './read-mail-reports.ts';

/** The part of SES that the template configures, for whoever stands in for SES. */
export interface MailReports {
  /** Whether mails of this configuration set are kept from addresses that are on the account's list for that reason. */
  suppresses(configurationSet: string, reason: SuppressionReason): boolean;
  /** Hands an event to the queues that have subscribed to its type. */
  publish(configurationSet: string, event: { readonly eventType: string }): Promise<void>;
}

export function createMailReports(
  shapes: readonly MailReportShape[],
  client: Pick<SQSClient, 'send'>,
): MailReports {
  const shapeOf = (configurationSet: string) =>
    shapes.find((shape) => shape.configurationSet === configurationSet);
  return {
    suppresses: (configurationSet, reason) => shapeOf(configurationSet)?.suppresses.has(reason) ?? false,
    async publish(configurationSet, event) {
      const key = eventKey(event.eventType);
      const routes = shapeOf(configurationSet)?.routes.filter(({ events }) => events.has(key)) ?? [];
      for (const { queue } of routes) {
        await client.send(
          new SendMessageCommand({ QueueUrl: queue.url, MessageBody: JSON.stringify(event) }),
        );
      }
    },
  };
}
