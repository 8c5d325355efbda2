import { heldKeys } from '../../shared/api/held-keys.ts';
import { operateApp } from '../../shared/api/operate-app.ts';
import type { SubscriberBody } from '../../shared/api/schemas.ts';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { normaliseEndpoint } from '../../shared/channels/webhook/normalise-endpoint.ts';
import type { TargetRules } from '../../shared/channels/webhook/target.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { readOutlook } from '../../shared/fanout/read-outlook.ts';
import { readReceipt } from '../../shared/fanout/read-receipt.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { confirmationQueue } from '../../shared/runtime/confirmation-queue.ts';
import { channelsFrom, ratesFrom, tablesFrom } from '../../shared/runtime/deployment-env.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { queueClient } from '../../shared/runtime/queue-client.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { endpointSettingsStore } from '../../shared/store/endpoint-settings.ts';
import { exceptionStore } from '../../shared/store/exceptions.ts';
import { incidentLists } from '../../shared/store/incident-lists.ts';
import { incidentReader } from '../../shared/store/incident-reader.ts';
import { ledgerStore } from '../../shared/store/ledger.ts';
import { limitStore } from '../../shared/store/limits.ts';
import { paceStore } from '../../shared/store/paces.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { pauseStore } from '../../shared/store/pauses.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { updateStore } from '../../shared/store/updates.ts';
import {
  addressHash,
  type Normalised,
  normaliseEmail,
  normalisePhone,
} from '../../shared/subscriptions/address.ts';

export async function compose() {
  const env = readEnv((read) => ({
    tables: tablesFrom(read),
    channels: channelsFrom(read),
    rates: ratesFrom(read),
    publicUrl: read(ENV.publicUrl),
    confirmationQueueUrl: read(ENV.confirmationQueueUrl),
    privateTargets: read(ENV.webhookPrivateTargets),
    operatorArn: read(ENV.operatorSecret),
    addressKeyArn: read(ENV.addressKeySecret),
    webhookKeyArn: read(ENV.webhookKeySecret),
  }));
  const clock = systemClock;
  const [isOperatorKey, { key: addressKey }, { key: webhookKey }] = await Promise.all([
    heldKeys(async () => {
      const { key, previous } = await readSecret(env.operatorArn, keySecret);
      return [key, previous];
    }, clock.now),
    readSecret(env.addressKeyArn, keySecret),
    readSecret(env.webhookKeyArn, keySecret),
  ]);
  const documents = documentClient();
  const ledger = ledgerStore(documents, env.tables.deliveries);
  const exceptions = exceptionStore(documents, env.tables.deliveries);
  const pages = pageStore(documents, env.tables.incidents);
  const paces = paceStore(documents, env.tables.deliveries);
  const pauses = pauseStore(documents, env.tables.deliveries);
  const incidents = incidentReader(documents, env.tables.incidents);
  const updates = updateStore(documents, env.tables.incidents);
  const limits = limitStore(documents, env.tables.deliveries);
  const confirmations = confirmationQueue(queueClient(), env.confirmationQueueUrl);
  const signer = createEndpointSecrets(webhookKey);
  const targetRules: TargetRules = {
    privateTargets: env.privateTargets === 'allow' ? 'allow' : 'refuse',
    ownHosts: [new URL(env.publicUrl).hostname],
  };
  return operateApp({
    pages,
    incidents,
    updates,
    adding: {
      pages,
      subscribers: subscriberStore(documents, env.tables.subscribers),
      hash: (address) => addressHash(addressKey, address),
      clock,
    },
    rows: subscriberRowStore(documents, env.tables.subscribers),
    limits,
    confirmations,
    normalise: (body) => normalise(body, targetRules),
    readReceipt: (incident, stored) => readReceipt({ ledger, exceptions }, incident, stored),
    readOutlook: (incident, stored) =>
      readOutlook({ ledger, pages, paces, pauses, rates: env.rates, clock }, incident, stored),
    signingSecret: signer.secretOf,
    endpoints: {
      ring: confirmations.ring,
      limits,
      missing: {
        incidents: incidentLists(documents, env.tables.incidents),
        updates,
        ledger,
        exceptions,
      },
      settings: endpointSettingsStore(documents, env.tables.subscribers),
      attempts: attemptStore(documents, env.tables.deliveries),
      publicKey: signer.publicKeyOf,
      clock,
    },
    channels: env.channels,
    isOperatorKey,
    publicUrl: env.publicUrl,
    log: consoleLog(clock.now),
  });
}

function normalise(body: SubscriberBody, rules: TargetRules): Normalised {
  switch (body.channel) {
    case 'email':
      return normaliseEmail(body.email);
    case 'sms':
      return normalisePhone(body.phone);
    case 'slack':
      return { address: { channel: 'slack', team: body.team, conversation: body.conversation } };
    case 'webhook': {
      const judged = normaliseEndpoint(body, rules);
      if ('fault' in judged) return judged;
      const { url, format } = judged;
      return { address: { channel: 'webhook', url }, ...(format !== undefined && { format }) };
    }
  }
}
