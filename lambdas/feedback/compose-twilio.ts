import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import * as z from 'zod/mini';
import type { TwilioFeedbackDependencies } from '../../shared/api/twilio-feedback-app.ts';
import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import { takeMessage } from '../../shared/feedback/twilio/take-message.ts';
import { takeReport } from '../../shared/feedback/twilio/take-report.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { heldSecret } from '../../shared/runtime/held-secret.ts';
import type { Log } from '../../shared/runtime/log.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { codeTallyStore } from '../../shared/store/code-tallies.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { markStore } from '../../shared/store/marks.ts';
import { optOutStore } from '../../shared/store/opt-outs.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { numberGuard } from '../../shared/subscriptions/number-guard.ts';

/** Callbacks are signed with the account's primary auth token, whatever key sends the messages. Empty until it is filled in. */
const twilioSecret = z.object({ accountSid: z.optional(z.string()), authToken: z.string() });

/** What Twilio calls. Nothing of it is read before the first such call: the rest of the function works without Twilio. */
export function composeTwilio(
  documents: DocumentClient,
  clock: Pick<Clock, 'now' | 'newId'>,
  log: Log,
): TwilioFeedbackDependencies {
  const env = readEnv((read) => ({
    publicUrl: read(ENV.publicUrl),
    twilioArn: read(ENV.twilioSecret),
    addressKeyArn: read(ENV.addressKeySecret),
    subscribers: read(TABLE_ENV.subscribers),
    deliveries: read(TABLE_ENV.deliveries),
  }));
  const { now } = clock;
  const secret = heldSecret(() => readSecret(env.twilioArn, twilioSecret), now);
  const { notePumping } = numberGuard({ tallies: codeTallyStore(documents, env.deliveries) });
  const shared = {
    subscribers: subscriberStore(documents, env.subscribers),
    rows: subscriberRowStore(documents, env.subscribers),
    optOuts: optOutStore(documents, env.subscribers),
    marks: markStore(documents, env.deliveries, clock.newId),
    notePumping,
  };
  let hash: Parameters<typeof takeMessage>[0]['hash'] | undefined;
  const deps = async () => {
    if (hash === undefined) {
      const { key } = await readSecret(env.addressKeyArn, keySecret);
      hash = (address) => addressHash(key, address);
    }
    return { ...shared, hash };
  };
  return {
    async isSigned(signature, url, fields) {
      const isSigned = await secret.fits(
        ({ authToken }) => authToken !== '' && validateRequest(authToken, signature, url, { ...fields }),
      );
      if (isSigned) return true;
      const { accountSid, authToken } = await secret.get();
      // Without an account there is nobody who could sign: who calls is a stranger, and no fault of ours.
      return accountSid && authToken === '' ? undefined : false;
    },
    takeReport: async (report) => takeReport(await deps(), report, now()),
    takeMessage: async (message) => takeMessage(await deps(), message, now()),
    publicUrl: env.publicUrl,
    now,
    log,
  };
}
