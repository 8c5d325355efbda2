import * as z from 'zod/mini';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createSmsSender } from '../../shared/channels/sms/create-sms-sender.ts';
import { createTwilioMessages } from '../../shared/channels/sms/twilio-messages.ts';
import { untilConfigured } from '../../shared/channels/until-configured.ts';
import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import { stopNumber } from '../../shared/feedback/twilio/stop-number.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { readSecret } from '../../shared/runtime/secrets.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { optOutStore } from '../../shared/store/opt-outs.ts';
import { shortLinkStore } from '../../shared/store/short-links.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { createShortLinks } from '../../shared/subscriptions/short-links.ts';

/** Members are empty until the operator has filled them in. */
const twilioSecret = z.object({
  accountSid: z.string(),
  apiKeySid: z.string(),
  apiKeySecret: z.string(),
  messagingServiceSid: z.string(),
});

export async function createSender(documents: DocumentClient): Promise<ChannelSender<'sms'>> {
  const env = readEnv((read) => ({
    subscribersTable: read(TABLE_ENV.subscribers),
    incidentsTable: read(TABLE_ENV.incidents),
    publicUrl: read(ENV.publicUrl),
    twilioUrl: read(ENV.twilioUrl),
    secretArn: read(ENV.twilioSecret),
    maxSegments: Number(read(ENV.smsMaxSegments)),
  }));
  const optOuts = optOutStore(documents, env.subscribersTable);
  const rows = subscriberRowStore(documents, env.subscribersTable);
  return untilConfigured('sms', 'ask', async () => {
    const secret = await readSecret(env.secretArn, twilioSecret);
    if (Object.values(secret).includes('')) return undefined;
    const { messagingServiceSid, ...account } = secret;
    return createSmsSender({
      messages: createTwilioMessages({ ...account, baseUrl: env.twilioUrl }),
      messagingServiceSid,
      publicUrl: env.publicUrl,
      maxSegments: env.maxSegments,
      shortLinks: createShortLinks({
        links: shortLinkStore(documents, env.incidentsTable),
        publicUrl: env.publicUrl,
      }),
      noteToldWayOut: optOuts.noteToldWayOut,
      noteStopped: async ({ h }, at) => void (await stopNumber({ rows, optOuts }, h, at)),
      now: systemClock.now,
    });
  });
}
