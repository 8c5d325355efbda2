import type { Announcement } from '../channels/channel.ts';
import type { Cause } from '../domain/cause.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import type { AddressHash, Subscriber } from '../domain/subscriber.ts';
import type { Millis } from '../domain/time.ts';

/** What a letter or text is for. It holds nothing that a requester wrote. */
export type Errand =
  /** Please confirm. */
  | { readonly kind: 'confirm'; readonly url: string; readonly channel: Subscriber['channel'] }
  /** Somebody signed you up again: you are subscribed already. */
  | { readonly kind: 'already'; readonly url: string; readonly channel: Subscriber['channel'] }
  /** The link that you asked for. */
  | { readonly kind: 'manage'; readonly url: string; readonly channel: Subscriber['channel'] }
  /** Your endpoint has echoed the challenge; the link shows its signing secret. */
  | { readonly kind: 'endpointActive'; readonly url: string; readonly channel: Subscriber['channel'] }
  /** Your endpoint has failed for a day. */
  | {
      readonly kind: 'endpointFailing';
      readonly url: string;
      readonly channel: Subscriber['channel'];
      readonly cause: Cause;
    }
  /** Your endpoint is not called any more; the link has it called again. */
  | {
      readonly kind: 'endpointDisabled';
      readonly url: string;
      readonly channel: Subscriber['channel'];
      readonly cause: Cause;
    }
  | { readonly kind: 'code'; readonly code: string };

/** `h`: of a subscriber by mail. The owner of a webhook is none. */
export interface MailRecipient {
  readonly email: string;
  readonly h?: AddressHash;
}

/** Ways to reach people. None retries by itself. */
export interface Messengers {
  mail(to: MailRecipient, page: Page, errand: Exclude<Errand, { kind: 'code' }>): Promise<Outcome>;
  /** Takes an address whose owner has just confirmed off SES's list, if it is on it. Undefined when done, else why not. */
  unsuppress(email: string): Promise<{ readonly cause: string } | undefined>;
  text(phone: string, page: Page, errand: Errand): Promise<Outcome>;
  /** Asks an endpoint whether it wants to be called. `askOwner`: it does not say. `refused`: nobody can say yes in its stead. */
  challenge(endpoint: Subscriber<'webhook'>, challenge: string): Promise<'agreed' | 'askOwner' | 'refused'>;
  /** Whether people read what the endpoint gets: they are asked in their channel. */
  invites(endpoint: Subscriber<'webhook'>): boolean;
  /** Asks in the channel: `url` confirms. */
  invite(endpoint: Subscriber<'webhook'>, page: Page, url: string): Promise<Outcome>;
  /** Calls an endpoint to see whether it works. */
  ping(endpoint: Subscriber<'webhook'>, page: Page): Promise<Outcome>;
  /** Tells one subscriber of one update, as the fan-out would. */
  tell(announcement: Announcement, subscriber: Subscriber): Promise<Outcome>;
}

/** What came of a request for a message. */
export type RequestAnswer =
  | { readonly kind: 'sent' }
  /** Nobody is to be written to, and why. */
  | { readonly kind: 'nothing'; readonly cause: string }
  /** Surely not sent: worth another try, with a new secret. */
  | { readonly kind: 'later'; readonly cause: string; readonly afterMs: Millis }
  /** Not sent for good, or nobody knows. Never sent again by itself: the person can ask again. */
  | { readonly kind: 'failed'; readonly cause: string };
