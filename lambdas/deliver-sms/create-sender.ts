import * as z from 'zod/mini';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createSmsSender } from '../../shared/channels/sms/create-sms-sender.ts';
import { createTwilioMessages } from '../../shared/channels/sms/twilio-messages.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { readSecret } from '../../shared/runtime/secrets.ts';

const twilioSecret = z.object({
  accountSid: z.string().check(z.minLength(1)),
  apiKeySid: z.string().check(z.minLength(1)),
  apiKeySecret: z.string().check(z.minLength(1)),
  messagingServiceSid: z.string().check(z.minLength(1)),
});

export async function createSender(): Promise<ChannelSender<'sms'>> {
  const env = readEnv((read) => ({
    publicUrl: read(ENV.publicUrl),
    twilioUrl: read(ENV.twilioUrl),
    secretArn: read(ENV.twilioSecret),
  }));
  const { messagingServiceSid, ...account } = await readSecret(env.secretArn, twilioSecret);
  return createSmsSender({
    messages: createTwilioMessages({ ...account, baseUrl: env.twilioUrl }),
    messagingServiceSid,
    publicUrl: env.publicUrl,
    now: systemClock.now,
  });
}
