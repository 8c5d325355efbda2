import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import * as z from 'zod/mini';
import { feedbackApp } from '../../shared/api/feedback-app.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { readSecret } from '../../shared/runtime/secrets.ts';

/** Callbacks are signed with the account's auth token, whatever key sends the messages. */
const twilioSecret = z.object({ authToken: z.string().check(z.minLength(1)) });

export async function compose() {
  const env = readEnv((read) => ({ publicUrl: read(ENV.publicUrl), twilioArn: read(ENV.twilioSecret) }));
  const { authToken } = await readSecret(env.twilioArn, twilioSecret);
  return feedbackApp({
    isSigned: (signature, url, params) => validateRequest(authToken, signature, url, params),
    publicUrl: env.publicUrl,
    log: consoleLog(systemClock.now),
  });
}
