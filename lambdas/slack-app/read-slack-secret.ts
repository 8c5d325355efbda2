import * as z from 'zod/mini';
import { type Instant, MINUTE, type Millis } from '../../shared/domain/time.ts';
import { readSecret } from '../../shared/runtime/secrets.ts';
import type { SlackAppSettings } from '../../shared/slack-app/app.ts';

const slackSecret = z.object({
  clientId: z.optional(z.string()),
  clientSecret: z.optional(z.string()),
  signingSecret: z.optional(z.string()),
  tokens: z.optional(z.record(z.string(), z.string())),
});

/** How long after a look at the unfilled secret before the next. */
const LOOK_AGAIN: Millis = MINUTE;

/** The Slack secret, looked at again while it is not filled in: no new start is needed once it is. */
export async function readSlackSecret(arn: string, now: () => Instant) {
  let secret = await readSecret(arn, slackSecret);
  let readAt = now();
  return {
    tokens: secret.tokens ?? {},
    async settings(): Promise<SlackAppSettings | undefined> {
      if (settingsIn(secret) === undefined && now() - readAt >= LOOK_AGAIN) {
        readAt = now();
        secret = await readSecret(arn, slackSecret);
      }
      return settingsIn(secret);
    },
  };
}

function settingsIn({
  clientId,
  clientSecret,
  signingSecret,
}: z.infer<typeof slackSecret>): SlackAppSettings | undefined {
  return clientId && clientSecret && signingSecret ? { clientId, clientSecret, signingSecret } : undefined;
}
