import {
  type BulkEmailEntry,
  type SESv2Client,
  SendBulkEmailCommand,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { renderEmail } from '../../shared/channels/email/render.ts';
import { announcement } from './announcement.ts';
import type { Recipient } from './audience.ts';

/** The mail that all contenders send: the product's own, so that none has less to carry. */
const { subject, text, html } = renderEmail(announcement, 'Example Street 1');
const FROM = 'Batch Status <status@example.com>';

/** What differs between recipients. */
function variablesOf({ h }: Recipient): Readonly<Record<string, string>> {
  return {
    unsubscribe_url: `https://status.example.com/u/${h}`,
    manage_url: `https://status.example.com/m/${h}`,
    confirm_reason: 'You get this because you subscribed to updates of Batch.',
  };
}

/** One mail in one call. Throws what SES refused. */
export async function sendOne(ses: SESv2Client, recipient: Recipient): Promise<void> {
  const variables = variablesOf(recipient);
  const fill = (template: string) =>
    template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => variables[name] ?? '');
  await ses.send(
    new SendEmailCommand({
      FromEmailAddress: FROM,
      Destination: { ToAddresses: [recipient.email] },
      Content: {
        Simple: {
          Subject: { Data: fill(subject) },
          Body: { Text: { Data: fill(text) }, Html: { Data: fill(html) } },
          Headers: [{ Name: 'List-Unsubscribe', Value: `<${variables['unsubscribe_url']}>` }],
        },
      },
    }),
  );
}

/** Up to fifty mails in one call. */
export async function sendBulk(ses: SESv2Client, recipients: readonly Recipient[]): Promise<void> {
  const entries = recipients.map((recipient): BulkEmailEntry => {
    const variables = variablesOf(recipient);
    return {
      Destination: { ToAddresses: [recipient.email] },
      ReplacementEmailContent: {
        ReplacementTemplate: { ReplacementTemplateData: JSON.stringify(variables) },
      },
      ReplacementHeaders: [{ Name: 'List-Unsubscribe', Value: `<${variables['unsubscribe_url']}>` }],
    };
  });
  await ses.send(
    new SendBulkEmailCommand({
      FromEmailAddress: FROM,
      DefaultContent: {
        Template: { TemplateContent: { Subject: subject, Text: text, Html: html }, TemplateData: '{}' },
      },
      BulkEmailEntries: entries,
    }),
  );
}
