import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createEmailSender } from '../../shared/channels/email/create-email-sender.ts';
import { createMailer } from '../../shared/channels/email/create-mailer.ts';
import { createUnsuppress } from '../../shared/channels/email/create-unsuppress.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { maintenancePath } from '../../shared/feeds/addresses.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import type { SubscriberLinks } from '../../shared/subscriptions/links.ts';

/** What goes out by email: mails about subscriptions, and updates. */
export function composeEmail(links: SubscriberLinks) {
  const env = readEnv((read, optional) => ({
    publicUrl: read(ENV.publicUrl),
    from: read(ENV.emailFrom),
    replyTo: optional(ENV.emailReplyTo),
    configurationSet: read(ENV.emailConfigurationSet),
    letterConfigurationSet: read(ENV.emailLetterConfigurationSet),
    postalAddress: optional(ENV.emailPostalAddress),
  }));
  const shared = {
    // SES knows no idempotency key: a retry that we do not see would be a second mail.
    ses: new SESv2Client({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    }),
    from: env.from,
    ...(env.replyTo && { replyTo: env.replyTo }),
    ...(env.postalAddress && { postalAddress: env.postalAddress }),
  };
  return {
    mail: createMailer({ ...shared, configurationSet: env.letterConfigurationSet }),
    unsuppress: createUnsuppress(shared.ses),
    sender: createEmailSender({
      ...shared,
      configurationSet: env.configurationSet,
      links,
      calendarUrl: (page, incident) => env.publicUrl + maintenancePath(page, incident),
      now: systemClock.now,
    }),
  };
}
