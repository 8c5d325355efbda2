import type { Announcement, Delivery } from '../channel.ts';
import type { SlackMessage } from './render.ts';
import type { SlackClient } from './slack-client.ts';
import type { ThreadRoot } from './thread-roots.ts';

/** Telling one channel of one update. */
export interface Telling {
  readonly client: SlackClient;
  readonly announcement: Announcement;
  readonly delivery: Delivery<'slack'>;
  readonly root: SlackMessage;
  readonly reply: SlackMessage;
  /** Whether a call that is begun now ends in time. */
  readonly timeIsLeft: () => boolean;
  /** Keeps the root for the next update, in place of `lost`. Never rejects. */
  readonly remember: (root: ThreadRoot, lost?: ThreadRoot) => Promise<void>;
}
