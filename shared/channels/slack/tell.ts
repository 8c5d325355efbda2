import type { Outcome } from '../../domain/outcome.ts';
import type { Announcement, Delivery } from '../channel.ts';
import { classify, threadFault } from './classify.ts';
import { post } from './post.ts';
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

/** Posts the root of a thread, and remembers it. Rejects with the client's error when it was not posted or may not have been. */
export async function startThread(telling: Telling, lost?: ThreadRoot): Promise<Outcome> {
  const { ts } = await post(telling, telling.root);
  await telling.remember({ ts }, lost);
  return { kind: 'sent', providerId: ts };
}

/**
 * Edits the root to show how the incident stands, then says in the thread what is new. A root that is gone or takes no replies is
 * replaced by a new one; one that can no longer be edited only gets the reply. Rejects as `startThread`.
 */
export async function continueThread(telling: Telling, root: ThreadRoot): Promise<Outcome> {
  const { client, announcement, delivery, timeIsLeft } = telling;
  const channel = delivery.recipient.address.conversation;
  try {
    await client.chat.update({ channel, ts: root.ts, ...telling.root, parse: 'none' });
  } catch (error) {
    const fault = threadFault(error);
    if (fault === 'lost') return startThread(telling, root);
    if (fault !== 'frozen') return untold(classify(error));
  }
  if (!timeIsLeft()) return { kind: 'retry', cause: 'slack.slow_edit' };

  const { status } = announcement.update;
  const broadcast = status === 'resolved' || status === 'completed';
  try {
    const reply = await post(telling, telling.reply, { ts: root.ts, broadcast });
    // Slack posts a reply to a root that is gone into the channel, and says nothing: it is the new root.
    if (reply.threadTs === undefined) await telling.remember({ ts: reply.ts }, root);
    return { kind: 'sent', providerId: reply.ts };
  } catch (error) {
    if (threadFault(error) === 'lost' && timeIsLeft()) return startThread(telling, root);
    throw error;
  }
}

/** An edit tells nobody: whatever came of it, this delivery was surely not sent. */
function untold(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'inDoubt':
      return { kind: 'retry', cause: outcome.cause };
    case 'sent':
      return { kind: 'retry', cause: 'slack.edit' };
    default:
      return outcome;
  }
}
