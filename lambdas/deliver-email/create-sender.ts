import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createEmailSender } from '../../shared/channels/email/create-email-sender.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { maintenancePath } from '../../shared/feeds/addresses.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { heldLinkKeys } from '../../shared/runtime/secrets.ts';
import { heldLinks } from '../../shared/subscriptions/held-links.ts';

export async function createSender(): Promise<ChannelSender<'email'>> {
  const env = readEnv((read, optional) => ({
    from: read(ENV.emailFrom),
    replyTo: optional(ENV.emailReplyTo),
    configurationSet: read(ENV.emailConfigurationSet),
    postalAddress: optional(ENV.emailPostalAddress),
    onDoubt: read(ENV.emailOnDoubt),
    publicUrl: read(ENV.publicUrl),
    linkKeyArn: read(ENV.linkKeySecret),
  }));
  const linkKeys = await heldLinkKeys(env.linkKeyArn, systemClock.now);
  const { links, refresh } = await heldLinks(env.publicUrl, linkKeys);
  const log = consoleLog(systemClock.now);
  const sender = createEmailSender({
    // SES knows no idempotency key: a retry that we do not see would be a second mail.
    ses: new SESv2Client({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    }),
    from: env.from,
    configurationSet: env.configurationSet,
    onDoubt: env.onDoubt === 'leave' ? 'leave' : 'resend',
    links,
    calendarUrl: (page, incident) => env.publicUrl + maintenancePath(page, incident),
    noteQuota: (emailQuotaPercent) => log({ event: 'email.quota', emailQuotaPercent }),
    now: systemClock.now,
    ...(env.replyTo && { replyTo: env.replyTo }),
    ...(env.postalAddress && { postalAddress: env.postalAddress }),
  });
  return { ...sender, refresh };
}
