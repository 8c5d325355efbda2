import { createChallenger } from '../../shared/channels/webhook/create-challenger.ts';
import { createWebhookSender } from '../../shared/channels/webhook/create-webhook-sender.ts';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { createPostJson } from '../../shared/channels/webhook/post-json.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import type { SubscriberLinks } from '../../shared/subscriptions/links.ts';

/** What goes to endpoints: challenges, and updates. */
export async function composeWebhook(links: SubscriberLinks) {
  const env = readEnv((read) => ({
    publicUrl: read(ENV.publicUrl),
    privateTargets: read(ENV.webhookPrivateTargets),
    webhookKeyArn: read(ENV.webhookKeySecret),
  }));
  const { key } = await readSecret(env.webhookKeyArn, keySecret);
  const { now, newId } = systemClock;
  const shared = {
    post: createPostJson({
      privateTargets: env.privateTargets === 'allow' ? 'allow' : 'refuse',
      ownHosts: [new URL(env.publicUrl).hostname],
    }),
    signer: createEndpointSecrets(key),
    now,
    userAgent: 'incident-fanout/1',
  };
  return {
    challenge: createChallenger({ ...shared, newId }),
    sender: createWebhookSender({ ...shared, links }),
  };
}
