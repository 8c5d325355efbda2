import type { IncomingHttpHeaders } from 'node:http';
import type { Outcome } from '../../../domain/outcome.ts';
import type { Page } from '../../../domain/page.ts';
import type { Instant } from '../../../domain/time.ts';
import type { AcceptedUpdate } from '../../../domain/update.ts';
import type { Announcement } from '../../channel.ts';
import type { ChatAbout, FormatAbout } from './about.ts';

/** An announcement with what the incident's earlier updates said, oldest first; empty where no format asks for it. */
export interface Announced extends Announcement {
  readonly earlier: readonly AcceptedUpdate[];
}

/** What a format may say to one endpoint that it says to no other. */
export interface Recipient {
  /** The endpoint's address. Of chats it is a credential. */
  readonly url: string;
  /** Of the delivery: the same in every attempt, `[A-Za-z0-9_-]{22}`. */
  readonly delivery: string;
  /** Where a POST ends the subscription. */
  readonly unsubscribe: string;
}

/** One request, less what every call has: method, length, signature, `user-agent`. */
export interface Call {
  /** Where it goes, when not to the endpoint's address as it stands. */
  readonly url?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An answer as it came. `body`: its beginning, for those formats whose receivers say there what is wrong. */
export interface EndpointAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * What adding a format means: a folder with one of these and what is said about it, and a line in `registry.ts` and `catalogue.ts` each. The
 * transport, the schedule, the guard and the signature are the same for all.
 */
export interface WebhookFormat extends FormatAbout {
  /** Whether earlier updates are read for it. */
  readonly needsHistory?: true;
  /** Asks by an OPTIONS request whether calls are welcome, as CloudEvents wants, instead of by a challenge to be echoed. */
  readonly asksByOptions?: true;
  readonly chat?: Chat;

  /** The bytes that tell of an update: the same in every attempt, as long as the incident stands still. */
  format(announced: Announced, recipient: Recipient): Call;

  /** A call that tells nothing and asks whether the endpoint works. */
  ping(page: Page, recipient: Recipient, at: Instant): Call;

  /** What an answer means in this format; undefined leaves it to what is true of every endpoint (`classify.ts`). */
  classify?(answer: EndpointAnswer, now: Instant): Outcome | undefined;
}

/** A chat, and how it is asked. */
export interface Chat extends ChatAbout {
  /** Asks the people in the channel whether they want to be told: `url` leads to a page with a button. */
  invitation(page: Page, url: string): Call;
}

export const JSON_HEADERS = { 'content-type': 'application/json' } as const;

export function jsonBody(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
