import * as z from 'zod/mini';
import { createSmsSender } from '../../shared/channels/sms/create-sms-sender.ts';
import { createTexter } from '../../shared/channels/sms/create-texter.ts';
import { createTwilioMessages } from '../../shared/channels/sms/twilio-messages.ts';
import { untilConfigured } from '../../shared/channels/until-configured.ts';
import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import { MINUTE } from '../../shared/domain/time.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { readSecret } from '../../shared/runtime/secrets.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { optOutStore } from '../../shared/store/opt-outs.ts';
import type { Messengers } from '../../shared/subscriptions/messengers.ts';

/** Members are empty until the operator has filled them in. */
const twilioSecret = z.object({
  accountSid: z.string(),
  apiKeySid: z.string(),
  apiKeySecret: z.string(),
  messagingServiceSid: z.string(),
});

/** What goes out by text. Until the operator has filled in the secret all of it waits. */
export async function composeSms(documents: DocumentClient) {
  const env = readEnv((read) => ({
    subscribersTable: read(TABLE_ENV.subscribers),
    publicUrl: read(ENV.publicUrl),
    twilioUrl: read(ENV.twilioUrl),
    secretArn: read(ENV.twilioSecret),
    maxSegments: Number(read(ENV.smsMaxSegments)),
  }));
  const { now } = systemClock;
  const optOuts = optOutStore(documents, env.subscribersTable);

  async function configure() {
    const secret = await readSecret(env.secretArn, twilioSecret);
    if (Object.values(secret).includes('')) return undefined;
    const { messagingServiceSid, ...account } = secret;
    const messages = createTwilioMessages({ ...account, baseUrl: env.twilioUrl });
    const statusCallback = `${env.publicUrl}/v1/feedback/twilio/status`;
    return {
      text: createTexter({ messages, messagingServiceSid, statusCallback, now }),
      sender: createSmsSender({
        messages,
        messagingServiceSid,
        publicUrl: env.publicUrl,
        maxSegments: env.maxSegments,
        noteToldWayOut: optOuts.noteToldWayOut,
        // This page's row; the others follow with their next text.
        noteStopped: async (recipient, at) => void (await optOuts.stop(recipient, at)),
        now,
      }),
    };
  }

  let configured: Awaited<ReturnType<typeof configure>>;
  const sender = await untilConfigured('sms', 'ask', async () => {
    configured = await configure();
    return configured?.sender;
  });
  const text: Messengers['text'] = async (...message) => {
    configured ??= await configure();
    if (configured === undefined) return { kind: 'halt', cause: 'sms.notConfigured', afterMs: 5 * MINUTE };
    const outcome = await configured.text(...message);
    // As `untilConfigured` does: the credentials may have been replaced.
    if (outcome.kind === 'halt') configured = undefined;
    return outcome;
  };
  return { text, sender };
}
