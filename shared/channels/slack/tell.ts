import type { Outcome } from '../../domain/outcome.ts';
import { threadFault } from './classify.ts';
import { editRoot } from './edit.ts';
import { isShownInChannel } from './is-shown-in-channel.ts';
import { post } from './post.ts';
import type { Telling } from './telling.ts';
import type { ThreadRoot } from './thread-roots.ts';

/** From this attempt on people are told whether or not the root can be edited: the next update's edit mends it. */
const TOLD_ANYWAY_FROM = 3;

/** Posts the root of a thread, and remembers it. Rejects with the client's error when it was not posted or may not have been. */
export async function startThread(telling: Telling, lost?: ThreadRoot): Promise<Outcome> {
  const { ts } = await post(telling, telling.root);
  await telling.remember({ ts }, lost);
  return { kind: 'sent', providerId: ts };
}

/**
 * Edits the root to show how the incident stands, then says in the thread what is new: in this order, because an edit can be
 * repeated and a reply cannot. A root that is gone or takes no replies is replaced by a new one; one that can no longer be edited
 * only gets the reply. While Slack will not edit for the moment, the delivery is tried again, twice; then people are told all the
 * same, and the edit is tried once more. Rejects as `startThread`.
 */
export async function continueThread(telling: Telling, root: ThreadRoot): Promise<Outcome> {
  const { announcement, delivery, timeIsLeft } = telling;
  const edited = await editRoot(telling, root);
  if (edited.kind === 'lost') return timeIsLeft() ? startThread(telling, root) : SLOW_EDIT;
  if (edited.kind === 'failed') {
    const isPassing = edited.outcome.kind === 'retry' && edited.outcome.strike === undefined;
    if (!isPassing || delivery.attempt < TOLD_ANYWAY_FROM) return edited.outcome;
  }
  if (!timeIsLeft()) return SLOW_EDIT;

  try {
    const broadcast = isShownInChannel(announcement);
    const reply = await post(telling, telling.reply, { ts: root.ts, broadcast });
    // Slack posts a reply to a root that is gone into the channel, and says nothing: it is the new root.
    if (reply.threadTs === undefined) await telling.remember({ ts: reply.ts }, root);
    else if (edited.kind === 'failed' && timeIsLeft()) await editRoot(telling, root);
    return { kind: 'sent', providerId: reply.ts };
  } catch (error) {
    if (threadFault(error) === 'lost' && timeIsLeft()) return startThread(telling, root);
    throw error;
  }
}

/** Too much time passed before the first call: a newer update may have been told by now, and an edit would undo its root. */
export const SLOW_START: Outcome = { kind: 'retry', cause: 'slack.slow_start' };

const SLOW_EDIT: Outcome = { kind: 'retry', cause: 'slack.slow_edit' };
