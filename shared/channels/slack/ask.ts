import { WebAPIPlatformError } from '@slack/web-api';
import { type Instant, MINUTE, SECOND } from '../../domain/time.ts';
import { classify } from './classify.ts';
import { EVENT_TYPE } from './post.ts';
import type { SlackClient } from './slack-client.ts';
import type { ThreadRoot } from './thread-roots.ts';

export type Answer =
  | { readonly kind: 'told'; readonly providerId: string; readonly threadTs: string | undefined }
  | { readonly kind: 'notTold' }
  | { readonly kind: 'unknown' };

/** Slack dates messages by its own clock. */
const CLOCK_MARGIN = MINUTE;
/** A message of a call that began at `since` is dated soon after. */
const LATEST = 5 * MINUTE;
const PAGE_SIZE = 100;
const MOST_PAGES = 5;

/**
 * Looks for the message of a delivery: among the channel's messages (roots, replies shown there too, replies whose root was lost),
 * and in the incident's thread.
 *
 * Where Slack will never let us look (no history scope, not in the channel, a workspace that is gone), the answer is `notTold`: the
 * resend carries the same `client_msg_id`, and a refusal then says what to do with the channel. Where it will not now (rate limit,
 * outage), `unknown`.
 */
export async function findDelivery(
  client: SlackClient,
  conversation: string,
  root: ThreadRoot | undefined,
  delivery: string,
  since: Instant,
): Promise<Answer> {
  const span = {
    channel: conversation,
    oldest: String((since - CLOCK_MARGIN) / SECOND),
    latest: String((since + LATEST) / SECOND),
    include_all_metadata: true,
    limit: PAGE_SIZE,
  };
  try {
    const inChannel = await search(delivery, (cursor) =>
      client.conversations.history({ ...span, ...cursor }),
    );
    if (inChannel.kind !== 'notTold' || root === undefined) return inChannel;
    return await search(delivery, (cursor) =>
      client.conversations.replies({ ...span, ts: root.ts, ...cursor }),
    );
  } catch (error) {
    const refused =
      error instanceof WebAPIPlatformError && classify(error).kind !== 'backoff' && !isPassing(error);
    return { kind: refused ? 'notTold' : 'unknown' };
  }
}

interface Page {
  readonly messages?: readonly {
    readonly ts?: string;
    readonly thread_ts?: string;
    readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
  }[];
  readonly has_more?: boolean;
  readonly response_metadata?: { readonly next_cursor?: string };
}

async function search(
  delivery: string,
  read: (cursor: { readonly cursor?: string }) => Promise<Page>,
): Promise<Answer> {
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await read(cursor === undefined ? {} : { cursor });
    const found = page.messages?.find(({ metadata }) => {
      const payload: object = metadata?.event_payload ?? {};
      return metadata?.event_type === EVENT_TYPE && 'delivery' in payload && payload.delivery === delivery;
    });
    if (found?.ts !== undefined) return { kind: 'told', providerId: found.ts, threadTs: found.thread_ts };
    cursor = page.response_metadata?.next_cursor || undefined;
    if (!page.has_more || cursor === undefined) return { kind: 'notTold' };
  }
  // Five hundred messages in six minutes: nobody reads that channel, and asking again finds no less.
  return { kind: 'notTold' };
}

/** A refusal of this moment. */
function isPassing(error: WebAPIPlatformError): boolean {
  const { kind } = classify(error);
  return kind === 'inDoubt' || ['service_unavailable', 'request_timeout'].includes(error.data.error);
}
