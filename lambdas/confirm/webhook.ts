import { createEndpointAsker } from '../../shared/channels/webhook/ask-endpoint.ts';
import { createPinger } from '../../shared/channels/webhook/create-pinger.ts';
import { createWebhookSender } from '../../shared/channels/webhook/create-webhook-sender.ts';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { createPostJson } from '../../shared/channels/webhook/post-json.ts';
import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { earlierUpdates } from '../../shared/runtime/earlier-updates.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { updateStore } from '../../shared/store/updates.ts';
import type { SubscriberLinks } from '../../shared/subscriptions/links.ts';

/** What goes to endpoints: questions, tests, and updates. */
export async function composeWebhook(documents: DocumentClient, links: SubscriberLinks) {
  const env = readEnv((read) => ({
    incidentsTable: read(TABLE_ENV.incidents),
    deliveriesTable: read(TABLE_ENV.deliveries),
    publicUrl: read(ENV.publicUrl),
    privateTargets: read(ENV.webhookPrivateTargets),
    webhookKeyArn: read(ENV.webhookKeySecret),
  }));
  const { key } = await readSecret(env.webhookKeyArn, keySecret);
  const { now, newId } = systemClock;
  const origin = new URL(env.publicUrl).hostname;
  const shared = {
    post: createPostJson({
      privateTargets: env.privateTargets === 'allow' ? 'allow' : 'refuse',
      ownHosts: [origin],
    }),
    signer: createEndpointSecrets(key),
    links,
    noteAttempt: attemptStore(documents, env.deliveriesTable).put,
    readEarlier: earlierUpdates(updateStore(documents, env.incidentsTable)),
    newId,
    now,
    userAgent: 'incident-fanout/1',
    origin,
  };
  return {
    asker: createEndpointAsker(shared),
    ping: createPinger(shared),
    sender: createWebhookSender({ ...shared, isAsked: true }),
  };
}
