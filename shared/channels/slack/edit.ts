import type { Outcome } from '../../domain/outcome.ts';
import { classify, isFormatFault, threadFault } from './classify.ts';
import type { Telling } from './telling.ts';
import type { ThreadRoot } from './thread-roots.ts';

/**
 * What came of showing the newest state in a root:
 * - `shown`;
 * - `lost`: the root is gone, or takes no replies: a new one is due;
 * - `frozen`: it can be edited no more, but answered;
 * - `failed`: not now. `outcome` is what to do about the delivery, of which nothing was sent yet.
 */
export type Edited =
  | { readonly kind: 'shown' | 'lost' | 'frozen' }
  | { readonly kind: 'failed'; readonly outcome: Outcome };

/**
 * Makes a root show how the incident stands. An edit tells nobody and can be repeated, so nothing is in doubt after it. Blocks that
 * Slack finds fault with give way to text alone. Never rejects.
 */
export async function editRoot(telling: Telling, { ts }: ThreadRoot): Promise<Edited> {
  const { client, delivery, root, timeIsLeft } = telling;
  const message = {
    channel: delivery.recipient.address.conversation,
    ts,
    text: root.text,
    parse: 'none' as const,
  };
  try {
    await client.chat.update({ ...message, blocks: root.blocks });
    return { kind: 'shown' };
  } catch (error) {
    if (!isFormatFault(error) || !timeIsLeft()) return editFault(error);
  }
  try {
    await client.chat.update({ ...message, blocks: [] });
    return { kind: 'shown' };
  } catch (error) {
    return editFault(error);
  }
}

function editFault(error: unknown): Edited {
  const kind = threadFault(error);
  return kind === undefined ? { kind: 'failed', outcome: untold(classify(error)) } : { kind };
}

/** Whatever came of the edit, the delivery itself was surely not sent; and it need not wait as long as the edit might. */
function untold(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'inDoubt':
    case 'drop':
      return { kind: 'retry', cause: outcome.cause };
    case 'retry':
      // Slack's slow repairs (`update_failed`) hold up the edit, not people: but a strike counts.
      return outcome.strike === undefined ? { kind: 'retry', cause: outcome.cause } : outcome;
    case 'sent':
      return { kind: 'retry', cause: 'slack.edit' };
    default:
      return outcome;
  }
}
