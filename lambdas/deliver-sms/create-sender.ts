import * as z from 'zod/mini';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createSmsSender } from '../../shared/channels/sms/create-sms-sender.ts';
import { createTwilioMessages } from '../../shared/channels/sms/twilio-messages.ts';
import { untilConfigured } from '../../shared/channels/until-configured.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { readSecret } from '../../shared/runtime/secrets.ts';

/** Members are empty until the operator has filled them in. */
const twilioSecret = z.object({
  accountSid: z.string(),
  apiKeySid: z.string(),
  apiKeySecret: z.string(),
  messagingServiceSid: z.string(),
});

export async function createSender(): Promise<ChannelSender<'sms'>> {
  const env = readEnv((read) => ({
    publicUrl: read(ENV.publicUrl),
    twilioUrl: read(ENV.twilioUrl),
    secretArn: read(ENV.twilioSecret),
    maxSegments: Number(read(ENV.smsMaxSegments)),
  }));
  return untilConfigured('sms', 'ask', async () => {
    const secret = await readSecret(env.secretArn, twilioSecret);
    if (Object.values(secret).includes('')) return undefined;
    const { messagingServiceSid, ...account } = secret;
    return createSmsSender({
      messages: createTwilioMessages({ ...account, baseUrl: env.twilioUrl }),
      messagingServiceSid,
      publicUrl: env.publicUrl,
      maxSegments: env.maxSegments,
      now: systemClock.now,
    });
  });
}
