import type { SubscriptionPagesDependencies } from '../../shared/api/pages/dependencies.ts';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { ConfirmationRequest } from '../../shared/domain/confirmation.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { ATTEMPTS_SHOWN, attemptStore } from '../../shared/store/attempts.ts';
import { codeTallyStore } from '../../shared/store/code-tallies.ts';
import { endpointSettingsStore } from '../../shared/store/endpoint-settings.ts';
import { exceptionStore } from '../../shared/store/exceptions.ts';
import { incidentLists } from '../../shared/store/incident-lists.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { ledgerStore } from '../../shared/store/ledger.ts';
import { limitStore } from '../../shared/store/limits.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { signUpStore } from '../../shared/store/sign-ups.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { updateStore } from '../../shared/store/updates.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { lastTold } from '../../shared/subscriptions/last-told.ts';
import { readLinkToken } from '../../shared/subscriptions/link-token.ts';
import { checkMobileNumber } from '../../shared/subscriptions/mobile-number.ts';
import { numberGuard } from '../../shared/subscriptions/number-guard.ts';
import type { TestTables } from '../engine/dynamodb.ts';

export interface PageWorld {
  readonly clock: Clock;
  readonly log: (event: LogEvent) => void;
  readonly linkKey: string;
  readonly addressKey: string;
  readonly webhookKey: string;
  readonly channels: readonly Channel[];
  readonly rung?: ConfirmationRequest[];
  readonly smsBudget?: number;
  readonly evenMs?: number;
}

/** The pages on real stores. Only the queue is a list. */
export function pageDependencies(
  { client, names }: Pick<TestTables, 'client' | 'names'>,
  world: PageWorld,
): SubscriptionPagesDependencies {
  const { clock, log, linkKey, channels, rung = [], smsBudget = 100, evenMs = 0 } = world;
  const pages = pageStore(client, names.incidents);
  const incidents = incidentStore(client, names.incidents, clock.newId);
  const subscribers = subscriberStore(client, names.subscribers);
  const signUps = signUpStore(client, names.subscribers);
  const limits = limitStore(client, names.deliveries);
  const sms = { countries: ['FR', 'GB'], dailyBudget: smsBudget, dailyBudgetOfPage: smsBudget };
  const numbers = numberGuard({ tallies: codeTallyStore(client, names.deliveries) });
  const ring = async (request: ConfirmationRequest) => void rung.push(request);
  const attempts = attemptStore(client, names.deliveries);
  const signer = createEndpointSecrets(world.webhookKey);
  const telling = {
    activity: pageActivityStore(client, names.incidents, clock.newId),
    incidents,
    updates: updateStore(client, names.incidents),
    ledger: ledgerStore(client, names.deliveries),
    exceptions: exceptionStore(client, names.deliveries),
  };
  return {
    lookUps: { pages, incidents },
    signingUp: {
      signUps,
      limits,
      numbers,
      ring,
      hash: (address) => addressHash(world.addressKey, address),
      checkNumber: checkMobileNumber,
      sms,
      clock,
    },
    confirming: { subscribers, signUps, pages, numbers, ring, clock },
    managing: {
      subscribers,
      signUps,
      clock,
      endpointSettings: endpointSettingsStore(client, names.subscribers),
    },
    acting: {
      ring,
      limits,
      missing: { ...telling, incidents: incidentLists(client, names.incidents) },
      clock,
    },
    requesting: { limits, ring, sms, clock },
    leaving: {
      subscribers,
      readLink: async (token, purpose) => readLinkToken(linkKey, token, purpose),
      clock,
    },
    lastTold: (subscriber) => lastTold(telling, subscriber),
    attempts: ({ page, h }) => attempts.list(page, h, ATTEMPTS_SHOWN),
    signingSecret: signer.secretOf,
    publicKey: signer.publicKeyOf,
    channels,
    targetRules: { privateTargets: 'refuse', ownHosts: ['fanout.example.com'] },
    evenMs,
    log,
  };
}
