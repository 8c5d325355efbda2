import type { Cause } from '../domain/cause.ts';
import type { Channel } from '../domain/channel.ts';
import type { Incident } from '../domain/incident.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { PlacedUpdate } from '../domain/update.ts';

/** Everything that a message says: the same for all recipients of an update. */
export interface Announcement {
  readonly page: Page;
  readonly incident: Incident;
  readonly update: PlacedUpdate;
}

/** One update for one subscriber. `id` is derived, never stored: the same delivery has the same id in every attempt. */
export interface Delivery<C extends Channel = Channel> {
  /** `[A-Za-z0-9_-]{22}`, a hash of page, update, channel and `h`. */
  readonly id: string;
  readonly recipient: Subscriber<C>;
  /** 1 for the first provider call of this delivery. */
  readonly attempt: number;
  /** Others wait for this call: a window is confirmed when all of its calls have ended. */
  readonly inWindow?: true;
}

/**
 * What adding a channel means: render, send, classify, and a way out of doubt.
 *
 * Guarantees asked of every implementation:
 * - `send` makes at most one provider call per delivery (email: one for all deliveries of the window), never
 *   retries by itself, and settles within `callTimeoutMs`.
 * - It returns exactly one outcome per delivery, in the order given, and throws only for bugs.
 * - `sent` is returned only when the provider said so. Whatever may have been processed is `inDoubt`.
 * - No address, token, secret or body appears in an outcome.
 */
export interface ChannelSender<C extends Channel = Channel> {
  readonly channel: C;

  /** Tells the recipients of one window. */
  send(announcement: Announcement, deliveries: readonly Delivery<C>[]): Promise<readonly Outcome[]>;

  /**
   * How a delivery in doubt is settled once the grace is over:
   * - `ask`: the provider can be asked whether it went out; sent again only when it did not.
   * - `resend`: sent again under the same id; the receiver dedupes.
   * - `resendOnce`: sent again once, counted; a second doubt is final.
   * - `leave`: never sent again; the receipt says how many are in doubt.
   */
  readonly doubt: 'ask' | 'resend' | 'resendOnce' | 'leave';

  /**
   * Asks the provider whether a delivery in doubt was accepted. `since` is when the doubtful call was begun.
   * Only for `doubt: 'ask'`. `unknown`: ask again later.
   */
  ask?(
    announcement: Announcement,
    delivery: Delivery<C>,
    since: Instant,
  ): Promise<
    | { readonly kind: 'told'; readonly providerId: string }
    | { readonly kind: 'notTold' }
    | { readonly kind: 'unknown' }
  >;

  /**
   * Tells an address's owner, by another way than the address, that it fails (`warn`) or is not used any more (`giveUp`). Asked at
   * most once for each; what goes wrong with it is nobody's trouble. It hands the news over and waits for no provider.
   */
  tellOwner?(recipient: Subscriber<C>, news: 'warn' | 'giveUp', cause: Cause): Promise<void>;

  /** Whether the provider answers at all, found out by a call that tells nobody. */
  probe(): Promise<boolean>;

  /** Deliveries a second that the provider takes from this account, where it can be asked; undefined when it did not say. */
  askLimit?(): Promise<number | undefined>;

  /** Looks again at what it holds that may be replaced while it runs. Called before each batch of doorbells, and never between claim and call. */
  refresh?(): Promise<void>;
}
