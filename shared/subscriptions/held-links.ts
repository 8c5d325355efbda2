import type { HeldSecret } from '../runtime/held-secret.ts';
import { type LinkKeys, type LinkPurpose, type LinkTarget, readLinkToken } from './link-token.ts';
import { createSubscriberLinks, type SubscriberLinks } from './links.ts';

/** Whom a token is for, or undefined unless it was written for this purpose with a key that is good now. */
export type ReadLink = (token: string, purpose: LinkPurpose) => Promise<LinkTarget | undefined>;

/** Reads tokens with all keys that are held. One of a key that is not known yet is looked at again, at most once a minute. */
export function linkReader(keys: Pick<HeldSecret<LinkKeys>, 'find'>): ReadLink {
  return (token, purpose) => keys.find((held) => readLinkToken(held, token, purpose));
}

/** Links that are signed with the key that `refresh` has seen last. */
export interface HeldLinks {
  readonly links: SubscriberLinks;
  /**
   * Looks whether another key signs now. Called where nobody waits for a call to a subscriber: between the reading of rows and the
   * call there is no time to ask for a secret.
   */
  refresh(): Promise<void>;
}

/** `publicUrl` has no trailing slash. */
export async function heldLinks(
  publicUrl: string,
  keys: Pick<HeldSecret<LinkKeys>, 'get'>,
): Promise<HeldLinks> {
  let [signer] = await keys.get();
  let signed = createSubscriberLinks({ publicUrl, linkKey: signer });
  return {
    links: {
      unsubscribe: (subscriber) => signed.unsubscribe(subscriber),
      manage: (subscriber) => signed.manage(subscriber),
    },
    async refresh() {
      const [key] = await keys.get();
      if (key === signer) return;
      signer = key;
      signed = createSubscriberLinks({ publicUrl, linkKey: key });
    },
  };
}
