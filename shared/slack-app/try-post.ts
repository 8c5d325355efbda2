import { classify } from '../channels/slack/classify.ts';
import type { SlackClient } from '../channels/slack/slack-client.ts';
import type { Reply } from './messages.ts';

/** What came of a post that only shows that we may: taken, never to be taken here, the workspace refuses us, or not now. */
export type PostResult =
  | { readonly kind: 'posted' }
  | { readonly kind: 'noAccess' | 'refused' | 'trouble'; readonly cause: string };

/** Posts into a channel, and says what that means for a subscription there. Never rejects. */
export async function tryPost(
  client: SlackClient,
  conversation: string,
  { text }: Reply,
): Promise<PostResult> {
  try {
    await client.chat.postMessage({
      channel: conversation,
      text,
      unfurl_links: false,
      unfurl_media: false,
      parse: 'none',
    });
    return { kind: 'posted' };
  } catch (error) {
    const outcome = classify(error);
    const cause = 'cause' in outcome ? outcome.cause : 'slack.unknown';
    if (outcome.kind === 'retry' && outcome.strike !== undefined) return { kind: 'noAccess', cause };
    if (outcome.kind !== 'quarantine') return { kind: 'trouble', cause };
    return { kind: outcome.scope === 'installation' ? 'refused' : 'noAccess', cause };
  }
}
