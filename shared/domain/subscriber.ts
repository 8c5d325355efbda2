import type { Channel } from './channel.ts';
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
  /** Which secrets sign a webhook's calls: the newest first. Absent on other channels. */
  readonly secretVersions?: readonly number[];
}
