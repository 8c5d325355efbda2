import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createWebhookSender } from '../../shared/channels/webhook/create-webhook-sender.ts';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { endpointTurns } from '../../shared/channels/webhook/endpoint-turns.ts';
import { createPostJson } from '../../shared/channels/webhook/post-json.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { confirmationQueue } from '../../shared/runtime/confirmation-queue.ts';
import { tablesFrom } from '../../shared/runtime/deployment-env.ts';
import { earlierUpdates } from '../../shared/runtime/earlier-updates.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { heldLinkKeys, keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { pauseStore } from '../../shared/store/pauses.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { updateStore } from '../../shared/store/updates.ts';
import { heldLinks } from '../../shared/subscriptions/held-links.ts';

export async function createSender(
  documents: DocumentClient,
  sqs: SQSClient,
): Promise<ChannelSender<'webhook'>> {
  const env = readEnv((read) => ({
    tables: tablesFrom(read),
    publicUrl: read(ENV.publicUrl),
    confirmationQueueUrl: read(ENV.confirmationQueueUrl),
    privateTargets: read(ENV.webhookPrivateTargets),
    webhookKeyArn: read(ENV.webhookKeySecret),
    linkKeyArn: read(ENV.linkKeySecret),
  }));
  const clock = systemClock;
  const [{ key: webhookKey }, linkKeys] = await Promise.all([
    readSecret(env.webhookKeyArn, keySecret),
    heldLinkKeys(env.linkKeyArn, clock.now),
  ]);
  const { links, refresh } = await heldLinks(env.publicUrl, linkKeys);
  const origin = new URL(env.publicUrl).hostname;
  const { ring } = confirmationQueue(sqs, env.confirmationQueueUrl);
  const subscribers = subscriberStore(documents, env.tables.subscribers);
  const sender = createWebhookSender({
    post: createPostJson({
      privateTargets: env.privateTargets === 'allow' ? 'allow' : 'refuse',
      ownHosts: [origin],
    }),
    signer: createEndpointSecrets(webhookKey),
    links,
    readEarlier: earlierUpdates(updateStore(documents, env.tables.incidents)),
    noteAttempt: attemptStore(documents, env.tables.deliveries).put,
    noteSlow: ({ page, channel, h }, since) => subscribers.setSlow(page, channel, h, since),
    tellOwner: ({ page, channel, h }, kind) => ring({ kind, page, channel, h }),
    takeTurn: endpointTurns({ marks: pauseStore(documents, env.tables.deliveries), clock }),
    now: clock.now,
    userAgent: 'incident-fanout/1',
    origin,
  });
  return { ...sender, refresh };
}
