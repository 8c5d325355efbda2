import { type LinkPurpose, type LinkTarget, linkTokenWriter } from './link-token.ts';

/** The links that a message gives to its reader. They name the subscriber's row: a `Subscriber` has all they need. */
export interface SubscriberLinks {
  /** Where a POST ends the subscription, with no more questions (RFC 8058). A GET shows a page with a button. */
  unsubscribe(subscriber: LinkTarget): string;
  /** Where the subscriber sees and changes what they hear of. */
  manage(subscriber: LinkTarget): string;
}

/**
 * Links that need no database to be made or checked.
 * `publicUrl` has no trailing slash; `linkKey` is the secret that `readLinkToken` is given.
 */
export function createSubscriberLinks({
  publicUrl,
  linkKey,
}: {
  readonly publicUrl: string;
  readonly linkKey: string;
}): SubscriberLinks {
  const writeToken = linkTokenWriter(linkKey);
  const link = (path: string, purpose: LinkPurpose, subscriber: LinkTarget) =>
    `${publicUrl}/${path}/${writeToken(purpose, subscriber)}`;
  return {
    unsubscribe: (subscriber) => link('u', 'unsubscribe', subscriber),
    manage: (subscriber) => link('m', 'manage', subscriber),
  };
}
