import type { SubscriptionPagesDependencies } from '../../shared/api/pages/dependencies.ts';
import { subscriptionPages } from '../../shared/api/subscription-pages.ts';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { confirmationQueue } from '../../shared/runtime/confirmation-queue.ts';
import { channelsFrom, smsRulesFrom, tablesFrom } from '../../shared/runtime/deployment-env.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { queueClient } from '../../shared/runtime/queue-client.ts';
import { heldLinkKeys, keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { ATTEMPTS_SHOWN, attemptStore } from '../../shared/store/attempts.ts';
import { codeTallyStore } from '../../shared/store/code-tallies.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { endpointSettingsStore } from '../../shared/store/endpoint-settings.ts';
import { exceptionStore } from '../../shared/store/exceptions.ts';
import { incidentLists } from '../../shared/store/incident-lists.ts';
import { incidentReader } from '../../shared/store/incident-reader.ts';
import { ledgerStore } from '../../shared/store/ledger.ts';
import { limitStore } from '../../shared/store/limits.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { signUpStore } from '../../shared/store/sign-ups.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { updateStore } from '../../shared/store/updates.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { linkReader } from '../../shared/subscriptions/held-links.ts';
import { lastTold } from '../../shared/subscriptions/last-told.ts';
import { checkMobileNumber } from '../../shared/subscriptions/mobile-number.ts';
import { numberGuard } from '../../shared/subscriptions/number-guard.ts';

/** A sign-up makes at most thirteen calls one after the other, of some milliseconds each: all fit into this with ease. */
const EVEN_MS = 400;

export async function compose() {
  const env = readEnv((read) => ({
    tables: tablesFrom(read),
    channels: channelsFrom(read),
    sms: smsRulesFrom(read),
    publicUrl: read(ENV.publicUrl),
    queueUrl: read(ENV.confirmationQueueUrl),
    privateTargets: read(ENV.webhookPrivateTargets),
    linkKeyArn: read(ENV.linkKeySecret),
    addressKeyArn: read(ENV.addressKeySecret),
    webhookKeyArn: read(ENV.webhookKeySecret),
  }));
  const clock = systemClock;
  const [linkKeys, { key: addressKey }, { key: webhookKey }] = await Promise.all([
    heldLinkKeys(env.linkKeyArn, clock.now),
    readSecret(env.addressKeyArn, keySecret),
    readSecret(env.webhookKeyArn, keySecret),
  ]);
  const documents = documentClient();
  const pages = pageStore(documents, env.tables.incidents);
  const incidents = incidentReader(documents, env.tables.incidents);
  const subscribers = subscriberStore(documents, env.tables.subscribers);
  const signUps = signUpStore(documents, env.tables.subscribers);
  const limits = limitStore(documents, env.tables.deliveries);
  const numbers = numberGuard({ tallies: codeTallyStore(documents, env.tables.deliveries) });
  const { ring } = confirmationQueue(queueClient(), env.queueUrl);
  const attempts = attemptStore(documents, env.tables.deliveries);
  const signer = createEndpointSecrets(webhookKey);
  const telling = {
    activity: pageActivityStore(documents, env.tables.incidents, clock.newId),
    incidents,
    updates: updateStore(documents, env.tables.incidents),
    ledger: ledgerStore(documents, env.tables.deliveries),
    exceptions: exceptionStore(documents, env.tables.deliveries),
  };
  const deps: SubscriptionPagesDependencies = {
    lookUps: { pages, incidents },
    signingUp: {
      signUps,
      limits,
      numbers,
      ring,
      hash: (address) => addressHash(addressKey, address),
      checkNumber: checkMobileNumber,
      sms: env.sms,
      clock,
    },
    confirming: { subscribers, signUps, pages, numbers, ring, clock },
    managing: {
      subscribers,
      signUps,
      clock,
      endpointSettings: endpointSettingsStore(documents, env.tables.subscribers),
    },
    acting: {
      ring,
      limits,
      missing: { ...telling, incidents: incidentLists(documents, env.tables.incidents) },
      clock,
    },
    requesting: { limits, ring, sms: env.sms, clock },
    leaving: { subscribers, readLink: linkReader(linkKeys), clock },
    lastTold: (subscriber) => lastTold(telling, subscriber),
    attempts: ({ page, h }) => attempts.list(page, h, ATTEMPTS_SHOWN),
    signingSecret: signer.secretOf,
    publicKey: signer.publicKeyOf,
    channels: env.channels,
    targetRules: {
      privateTargets: env.privateTargets === 'allow' ? 'allow' : 'refuse',
      ownHosts: [new URL(env.publicUrl).hostname],
    },
    evenMs: EVEN_MS,
    log: consoleLog(clock.now),
  };
  return subscriptionPages(deps);
}
