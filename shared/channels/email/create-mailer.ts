import { type SESv2Client, SendBulkEmailCommand } from '@aws-sdk/client-sesv2';
import type { Outcome } from '../../domain/outcome.ts';
import type { Page } from '../../domain/page.ts';
import type { Millis } from '../../domain/time.ts';
import type { Errand, MailRecipient } from '../../subscriptions/messengers.ts';
import { classifyEntry, classifyRequest } from './classify.ts';
import { errandLetter } from './errand-letter.ts';
import { mailbox } from './headers.ts';
import { renderLetter } from './letter.ts';

export interface MailerOptions {
  /** Must not retry by itself (`maxAttempts: 1`). */
  readonly ses: Pick<SESv2Client, 'send'>;
  /** `Name <local@domain>` */
  readonly from: string;
  readonly replyTo?: string;
  readonly configurationSet: string;
  readonly postalAddress?: string;
}

const CALL_TIMEOUT: Millis = 10_000;

/**
 * Mails about subscriptions: one call of the API that notifications use, with one entry, so that the same right and the same
 * table of errors serve both. They are transactional: no List-Unsubscribe, since there is nothing yet to unsubscribe from.
 */
export function createMailer({ ses, from, replyTo, configurationSet, postalAddress }: MailerOptions) {
  return async (
    to: MailRecipient,
    page: Page,
    errand: Exclude<Errand, { kind: 'code' }>,
  ): Promise<Outcome> => {
    const { subject, text, html } = renderLetter(page, errandLetter(page, errand), postalAddress);
    const command = new SendBulkEmailCommand({
      FromEmailAddress: mailbox(from),
      ...(replyTo ? { ReplyToAddresses: [replyTo] } : {}),
      ConfigurationSetName: configurationSet,
      DefaultEmailTags: [
        { Name: 'page_id', Value: page.id },
        { Name: 'errand', Value: errand.kind },
      ],
      DefaultContent: {
        Template: {
          TemplateContent: { Subject: subject, Text: text, Html: html },
          TemplateData: '{}',
          Headers: [
            { Name: 'Auto-Submitted', Value: 'auto-generated' },
            { Name: 'X-Auto-Response-Suppress', Value: 'All' },
          ],
        },
      },
      BulkEmailEntries: [
        {
          Destination: { ToAddresses: [to.email] },
          ...(to.h !== undefined && { ReplacementTags: [{ Name: 'subscriber', Value: to.h }] }),
        },
      ],
    });
    try {
      const { BulkEmailEntryResults: [result] = [] } = await ses.send(command, {
        abortSignal: AbortSignal.timeout(CALL_TIMEOUT),
      });
      return result === undefined ? { kind: 'inDoubt', cause: 'email.no_result' } : classifyEntry(result);
    } catch (error) {
      return classifyRequest(error);
    }
  };
}
