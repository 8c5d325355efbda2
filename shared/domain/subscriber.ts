import type { Channel } from './channel.ts';
import type { Filters } from './filters.ts';
import type { Strikes } from './strikes.ts';
import type { Instant } from './time.ts';

export type SubscriberState = 'pending' | 'active' | 'quarantined' | 'unsubscribed';

/** Where one channel reaches a subscriber. Held in the subscriber row and nowhere else. */
export type Address =
  | { readonly channel: 'email'; readonly email: string }
  | { readonly channel: 'sms'; readonly phone: string }
  | { readonly channel: 'slack'; readonly team: string; readonly conversation: string }
  | { readonly channel: 'webhook'; readonly url: string };

export type AddressOf<C extends Channel> = Extract<Address, { channel: C }>;

/**
 * What a subscriber wants to hear of. The whole page, or the union of the sets: an update concerns the
 * subscriber when it concerns any member of any set.
 */
export type Scope =
  | { readonly kind: 'page' }
  | {
      readonly kind: 'selection';
      readonly components: readonly string[];
      readonly groups: readonly string[];
      readonly incidents: readonly string[];
    };

/**
 * `h`: 24 hex digits of HMAC-SHA256(addressKey, `channel|normalised address`). It names an address in queues,
 * ledger and logs without giving it away, spreads subscribers evenly and makes a second sign-up the same row.
 */
export type AddressHash = string;

/** Who brought the row into being. */
export type Source = 'self' | 'operator' | 'import' | 'slack';

/** What a secret that we gave out must match. The secret itself is kept by nobody but its receiver. */
export interface Proof {
  /** SHA-256 of the secret, its purpose and its row, in base64url. */
  readonly digest: string;
  readonly expiresAt: Instant;
}

/** Secrets that are out, by what they are good for; a new one of a kind replaces the old. */
export interface Proofs {
  readonly confirm?: Proof;
  readonly code?: Proof & { readonly tries: number };
  readonly manage?: Proof;
  readonly challenge?: Proof;
}

/** What a subscriber chooses, in the form that pages and commands hand in: whole, never a difference. */
export interface Choice {
  readonly scope: Scope;
  readonly filters?: Filters;
}

export interface Subscriber<C extends Channel = Channel> {
  readonly page: string;
  readonly channel: C;
  readonly h: AddressHash;
  readonly address: AddressOf<C>;
  readonly state: SubscriberState;
  readonly scope: Scope;
  readonly createdAt: Instant;
  /** When the owner agreed. Only updates accepted at or after this moment concern the subscriber. */
  readonly confirmedAt?: Instant;
  readonly quarantine?: { readonly cause: string; readonly at: Instant };
  /** Failures of late, while they are not enough for a quarantine. */
  readonly strikes?: Strikes;
  /** Which secret signs a webhook's calls: the newest first. Absent on other channels. */
  readonly secretVersions?: readonly number[];
  /** Webhooks: the secret before the newest signs too, until then: receivers have that long to change over. */
  readonly retiringSecret?: { readonly version: number; readonly until: Instant };
  /** Webhooks: calls are signed with the endpoint's key pair (v1a) as well. */
  readonly signsByKeyPair?: true;
  /** Webhooks: what its calls look like; absent: `standard`. A name from the channel's registry of formats. */
  readonly format?: string;
  /** Webhooks: since when its answers take so long that no window waits for them. */
  readonly slowSince?: Instant;
  /** Webhooks: while it was not used for the last time, until its owner had it used again. */
  readonly outage?: { readonly from: Instant; readonly until: Instant };
  readonly filters?: Filters;
  /** Hears of nothing for now, by their own choice. */
  readonly paused?: true;
  readonly proofs?: Proofs;
  /** Pending rows only: after this moment the row counts for nothing. See `isLapsed`. */
  readonly pendingUntil?: Instant;
  /** When they left. Stays while they are pending again, so that nobody else can bring them back. */
  readonly unsubscribedAt?: Instant;
  readonly source?: Source;
  /** Webhooks: who is told of trouble, and gets the manage links. */
  readonly ownerEmail?: string;
  /** Webhooks: when the signing secret was shown to the owner, which happens once. */
  readonly secretShownAt?: Instant;
  /** SMS, when they did not sign up themselves: when a text told them how to leave. The first one must. */
  readonly toldWayOutAt?: Instant;
  /** When the current state was sent, after confirming in the middle of an incident. At most once. */
  readonly toldCurrentAt?: Instant;
}

/** The cause of a quarantine that STOP set, at the carrier: only the number's owner ends it, by START. */
export const STOPPED = 'sms.21610';

/** The subscriber as an endpoint, if its address is one. */
export function asEndpoint(subscriber: Subscriber): Subscriber<'webhook'> | undefined {
  return subscriber.channel === 'webhook' ? (subscriber as Subscriber<'webhook'>) : undefined; // its channel says so
}

/**
 * Whether its owner may have a link to its settings. Of what is in quarantine only an endpoint: its owner is reached by another way, and
 * may have it used again. Everybody else is reached by the very address that failed.
 */
export function isManageable({ channel, state }: Pick<Subscriber, 'channel' | 'state'>): boolean {
  return state === 'active' || (state === 'quarantined' && channel === 'webhook');
}

/**
 * Whether a row says only what somebody typed into a form: its owner has yet to agree, and may know nothing of it. None of it counts when
 * the operator adds the address.
 */
export function isUnproven({ state, source }: Pick<Subscriber, 'state' | 'source'>): boolean {
  return state === 'pending' && source === 'self';
}

/** Whether a pending row has run out: it is no subscription any more, whether or not it has been cleaned up. */
export function isLapsed({ state, pendingUntil }: Subscriber, now: Instant): boolean {
  return state === 'pending' && pendingUntil !== undefined && pendingUntil <= now;
}
