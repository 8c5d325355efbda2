import { randomUUID } from 'node:crypto';
import type { Bounce } from './mail-fate.ts';

/** What events tell of the mail that they are about. */
export interface SentMail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly messageId: string;
  readonly configurationSet: string;
  readonly tags: readonly { readonly Name: string; readonly Value: string }[];
  readonly headers: readonly { readonly Name: string; readonly Value: string }[];
  readonly sentAt: Date;
}

export interface MailEvent {
  readonly eventType: string;
  readonly [member: string]: unknown;
}

/** Events in SES's shape (SES developer guide, `event-publishing-retrieving-sns-contents`). */
export const mailEvents = {
  send: (mail: SentMail): MailEvent => ({ eventType: 'Send', mail: describe(mail), send: {} }),

  delivery: (mail: SentMail): MailEvent => ({
    eventType: 'Delivery',
    mail: describe(mail),
    delivery: {
      timestamp: new Date().toISOString(),
      processingTimeMillis: 500,
      recipients: [mail.to],
      smtpResponse: '250 2.6.0 Message received',
      reportingMTA: 'a8-70.smtp-out.amazonses.com',
    },
  }),

  bounce: (mail: SentMail, { type, subType, status, diagnosticCode }: Bounce): MailEvent => ({
    eventType: 'Bounce',
    mail: describe(mail),
    bounce: {
      feedbackId: feedbackId(),
      bounceType: type,
      bounceSubType: subType,
      bouncedRecipients: [
        {
          emailAddress: mail.to,
          action: 'failed',
          ...(status && { status }),
          ...(diagnosticCode && { diagnosticCode }),
        },
      ],
      timestamp: new Date().toISOString(),
      reportingMTA: 'dsn; a8-70.smtp-out.amazonses.com',
    },
  }),

  complaint: (mail: SentMail): MailEvent => ({
    eventType: 'Complaint',
    mail: describe(mail),
    complaint: {
      feedbackId: feedbackId(),
      complaintSubType: null,
      complainedRecipients: [{ emailAddress: mail.to }],
      timestamp: new Date().toISOString(),
      userAgent: 'Amazon SES Mailbox Simulator',
      complaintFeedbackType: 'abuse',
      arrivalDate: new Date().toISOString(),
    },
  }),

  renderingFailure: (mail: SentMail, errorMessage: string): MailEvent => ({
    eventType: 'Rendering Failure',
    mail: describe(mail),
    failure: { errorMessage, templateName: 'inline' },
  }),
};

function describe({ to, from, subject, messageId, configurationSet, tags, headers, sentAt }: SentMail) {
  return {
    timestamp: sentAt.toISOString(),
    source: from,
    sourceArn: 'arn:aws:ses:us-east-1:000000000000:identity/laptop',
    sendingAccountId: '000000000000',
    messageId,
    destination: [to],
    headersTruncated: false,
    headers: headers.map(({ Name, Value }) => ({ name: Name, value: Value })),
    commonHeaders: { from: [from], to: [to], messageId, subject },
    tags: {
      'ses:configuration-set': [configurationSet],
      'ses:source-ip': ['127.0.0.1'],
      ...Object.fromEntries(tags.map(({ Name, Value }) => [Name, [Value]])),
    },
  };
}

function feedbackId(): string {
  return `0100${Date.now().toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
}
