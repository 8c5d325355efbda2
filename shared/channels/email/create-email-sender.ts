import {
  type BulkEmailEntry,
  GetAccountCommand,
  type SESv2Client,
  SendBulkEmailCommand,
} from '@aws-sdk/client-sesv2';
import type { Outcome } from '../../domain/outcome.ts';
import type { Instant, Millis } from '../../domain/time.ts';
import type { SubscriberLinks } from '../../subscriptions/links.ts';
import type { Announcement, ChannelSender, Delivery } from '../channel.ts';
import { oncePer } from '../once.ts';
import { bisect } from './bisect.ts';
import { classifyEntry, classifyRequest, isBadRequest } from './classify.ts';
import { mailbox, sharedHeaders, unsubscribeHeaders } from './headers.ts';
import { quotaUsedPercent } from './quota.ts';
import { reasonFor } from './reason.ts';
import { renderEmail } from './render.ts';
import { defaultVariables, type TemplateVariables } from './variables.ts';

/** What the operator would rather have of an email in doubt: twice, or not at all. */
export type OnDoubt = 'resend' | 'leave';

export interface EmailSenderOptions {
  /** Must not retry by itself (`maxAttempts: 1`): SES knows no idempotency key, so a hidden retry is a second mail. */
  readonly ses: Pick<SESv2Client, 'send'>;
  /** `Name <local@domain>` */
  readonly from: string;
  readonly replyTo?: string;
  readonly configurationSet: string;
  /** Of the sender, for the footer (CAN-SPAM). */
  readonly postalAddress?: string;
  /** A mail that may have gone out: sent again once (`resend`, without a word), or told twice under no circumstances (`leave`). */
  readonly onDoubt?: OnDoubt;
  readonly links: SubscriberLinks;
  /** Where the calendar entry of planned work is. */
  readonly calendarUrl: (page: string, incident: string) => string;
  /** Told how much of the account's quota of 24 hours is used, in percent, each time that SES is asked for the rate. */
  readonly noteQuota?: (percent: number) => void;
  readonly now: () => Instant;
}

/** A window is told or in doubt within this time, bisecting included (`CHANNEL_SIZING.email.callTimeoutMs`). */
const CALL_TIMEOUT: Millis = 10_000;

/**
 * Email through Amazon SES: one SendBulkEmail for a window of up to 50, with the whole text in an inline template.
 *
 * SES has no idempotency key, and nothing can be asked: a window in doubt is sent again once. A request that SES refuses as
 * malformed surely told nobody; then the window is halved until the one bad entry is found, so every delivery is still accepted at
 * most once.
 */
export function createEmailSender(options: EmailSenderOptions): ChannelSender<'email'> {
  const { ses, links, now } = options;
  const shared = oncePer((announcement: Announcement) => commonInput(announcement, options));

  const call = async (
    announcement: Announcement,
    deliveries: readonly Delivery<'email'>[],
    signal: AbortSignal,
  ): Promise<readonly Outcome[] | 'badRequest'> => {
    try {
      const entries = deliveries.map((delivery) => entryOf(announcement, delivery, links));
      const command = new SendBulkEmailCommand({ ...shared(announcement), BulkEmailEntries: entries });
      const { BulkEmailEntryResults: results = [] } = await ses.send(command, { abortSignal: signal });
      return deliveries.map((_, index) => {
        const result = results[index];
        return result === undefined ? { kind: 'inDoubt', cause: 'email.no_result' } : classifyEntry(result);
      });
    } catch (error) {
      if (isBadRequest(error) && deliveries.length > 1) return 'badRequest';
      const outcome = classifyRequest(error);
      return deliveries.map(() => outcome);
    }
  };

  /** Undefined when SES does not answer. It may be asked once a second. */
  const askAccount = async () => {
    try {
      return await ses.send(new GetAccountCommand({}), { abortSignal: AbortSignal.timeout(CALL_TIMEOUT) });
    } catch {
      return undefined;
    }
  };

  return {
    channel: 'email',
    doubt: options.onDoubt === 'leave' ? 'leave' : 'resendOnce',

    async send(announcement, deliveries) {
      if (deliveries.length === 0) return [];
      const endsAt = now() + CALL_TIMEOUT;
      const signal = AbortSignal.timeout(CALL_TIMEOUT);
      return bisect(
        deliveries,
        (part) => call(announcement, part, signal),
        () => now() < endsAt,
      );
    },

    async probe() {
      const account = await askAccount();
      return account !== undefined && account.SendingEnabled !== false;
    },

    async askLimit() {
      const quota = (await askAccount())?.SendQuota;
      const percent = quotaUsedPercent(quota);
      if (percent !== undefined) options.noteQuota?.(percent);
      return quota?.MaxSendRate;
    },
  };
}

/** All of a SendBulkEmail that does not depend on the recipient. */
function commonInput(announcement: Announcement, options: EmailSenderOptions) {
  const { page, incident, update } = announcement;
  const { subject, text, html } = renderEmail(
    announcement,
    options.postalAddress,
    options.calendarUrl(announcement.page.id, announcement.incident.id),
  );
  return {
    FromEmailAddress: mailbox(options.from),
    ...(options.replyTo ? { ReplyToAddresses: [options.replyTo] } : {}),
    ConfigurationSetName: options.configurationSet,
    DefaultEmailTags: [
      { Name: 'update_id', Value: update.id },
      { Name: 'incident_id', Value: incident.id },
      { Name: 'page_id', Value: page.id },
    ],
    DefaultContent: {
      Template: {
        TemplateContent: { Subject: subject, Text: text, Html: html },
        TemplateData: JSON.stringify(defaultVariables(page.url)),
        Headers: sharedHeaders(announcement),
      },
    },
  };
}

function entryOf(
  announcement: Announcement,
  delivery: Delivery<'email'>,
  links: SubscriberLinks,
): BulkEmailEntry {
  const { recipient } = delivery;
  const unsubscribe = links.unsubscribe(recipient);
  const variables: TemplateVariables = {
    unsubscribe_url: unsubscribe,
    manage_url: links.manage(recipient),
    confirm_reason: reasonFor(announcement, recipient),
  };
  return {
    Destination: { ToAddresses: [recipient.address.email] },
    // What SES reports later carries these: who it is about is then known without an address.
    ReplacementTags: [
      { Name: 'delivery_id', Value: delivery.id },
      { Name: 'subscriber', Value: recipient.h },
    ],
    ReplacementEmailContent: {
      ReplacementTemplate: { ReplacementTemplateData: JSON.stringify(variables) },
    },
    ReplacementHeaders: unsubscribeHeaders(unsubscribe),
  };
}
