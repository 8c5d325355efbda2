import type { ChatPostMessageArguments } from '@slack/web-api';
import type { Announcement, Delivery } from '../channel.ts';
import { isFormatFault, isMetadataFault } from './classify.ts';
import { clientMessageId } from './client-message-id.ts';
import type { SlackMessage } from './render.ts';
import type { SlackClient } from './slack-client.ts';

/** By this a message can be found again: which delivery it was. */
export const EVENT_TYPE = 'incident_update';

export interface Posted {
  readonly ts: string;
  /** The thread that the message ended up in; undefined for a message of the channel itself. */
  readonly threadTs: string | undefined;
}

/**
 * One `chat.postMessage`. When Slack refuses the form of the blocks, which means that it posted nothing, the text alone is posted
 * instead, if time is left: a plain message is better than none. So it is with metadata, without which it cannot be found again.
 * Rejects with the client's error.
 */
export async function post(
  {
    client,
    announcement: { page, incident, update },
    delivery,
    timeIsLeft,
  }: {
    readonly client: SlackClient;
    readonly announcement: Announcement;
    readonly delivery: Delivery<'slack'>;
    readonly timeIsLeft: () => boolean;
  },
  message: SlackMessage,
  thread?: { readonly ts: string; readonly broadcast: boolean },
): Promise<Posted> {
  const envelope = {
    channel: delivery.recipient.address.conversation,
    text: message.text,
    metadata: {
      event_type: EVENT_TYPE,
      event_payload: { page: page.id, incident: incident.id, update: update.id, delivery: delivery.id },
    },
    client_msg_id: clientMessageId(delivery.id),
    unfurl_links: false,
    unfurl_media: false,
    parse: 'none' as const,
  };
  const plain: ChatPostMessageArguments =
    thread === undefined
      ? envelope
      : { ...envelope, thread_ts: thread.ts, reply_broadcast: thread.broadcast };
  try {
    return postedOf(await client.chat.postMessage({ ...plain, blocks: message.blocks }));
  } catch (error) {
    if (!isFormatFault(error) || !timeIsLeft()) throw error;
    const { metadata: _, ...bare } = plain;
    return postedOf(await client.chat.postMessage(isMetadataFault(error) ? bare : plain));
  }
}

function postedOf({ ts, message }: { ts?: string; message?: { thread_ts?: string } }): Posted {
  return { ts: ts ?? 'unknown', threadTs: message?.thread_ts };
}
