import * as z from 'zod/mini';
import type { Instant } from '../../shared/domain/time.ts';
import { heldSecret } from '../../shared/runtime/held-secret.ts';
import { readSecret } from '../../shared/runtime/secrets.ts';
import type { SlackAppSettings } from '../../shared/slack-app/app.ts';

const slackSecret = z.object({
  clientId: z.optional(z.string()),
  clientSecret: z.optional(z.string()),
  signingSecret: z.optional(z.string()),
  tokens: z.optional(z.record(z.string(), z.string())),
});

/** The Slack secret as it is now: no new start is needed once it is filled in, or has changed. The tokens are those of the start. */
export async function readSlackSecret(arn: string, now: () => Instant) {
  const held = heldSecret(() => readSecret(arn, slackSecret), now);
  const { tokens = {} } = await held.get();
  return {
    tokens,
    async settings(works: (settings: SlackAppSettings) => boolean): Promise<SlackAppSettings | undefined> {
      await held.fits((secret) => {
        const settings = settingsIn(secret);
        return settings !== undefined && works(settings);
      });
      return settingsIn(await held.get());
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
