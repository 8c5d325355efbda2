import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createWebhookSender } from '../../shared/channels/webhook/create-webhook-sender.ts';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { createPostJson } from '../../shared/channels/webhook/post-json.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { createSubscriberLinks } from '../../shared/subscriptions/links.ts';

export async function createSender(): Promise<ChannelSender<'webhook'>> {
  const env = readEnv((read) => ({
    publicUrl: read(ENV.publicUrl),
    privateTargets: read(ENV.webhookPrivateTargets),
    webhookKeyArn: read(ENV.webhookKeySecret),
    linkKeyArn: read(ENV.linkKeySecret),
  }));
  const [{ key: webhookKey }, { key: linkKey }] = await Promise.all([
    readSecret(env.webhookKeyArn, keySecret),
    readSecret(env.linkKeyArn, keySecret),
  ]);
  return createWebhookSender({
    post: createPostJson({
      privateTargets: env.privateTargets === 'allow' ? 'allow' : 'refuse',
      ownHosts: [new URL(env.publicUrl).hostname],
    }),
    signer: createEndpointSecrets(webhookKey),
    links: createSubscriberLinks({ publicUrl: env.publicUrl, linkKey }),
    now: systemClock.now,
    userAgent: 'incident-fanout/1',
  });
}
