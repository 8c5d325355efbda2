import { subscriptionPages } from '../../shared/api/subscription-pages.ts';
import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { createSubscriberLinks } from '../../shared/subscriptions/links.ts';

export async function compose() {
  const env = readEnv((read) => ({
    subscribersTable: read(TABLE_ENV.subscribers),
    publicUrl: read(ENV.publicUrl),
    linkKeyArn: read(ENV.linkKeySecret),
  }));
  const { key: linkKey } = await readSecret(env.linkKeyArn, keySecret);
  return subscriptionPages({
    subscribers: subscriberStore(documentClient(), env.subscribersTable),
    linkKey,
    unsubscribeUrl: createSubscriberLinks({ publicUrl: env.publicUrl, linkKey }).unsubscribe,
    now: systemClock.now,
    log: consoleLog(systemClock.now),
  });
}
