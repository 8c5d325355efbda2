import { z } from 'zod';
import type { Message } from '../messages.ts';

/** Our own payload, and the one that Statuspage's consumers know. */
const ownPayload = z.object({ data: z.object({ page: z.object({ id: z.string() }) }) });
const statuspagePayload = z.object({ page: z.object({ id: z.string() }) });
const slackMetadata = z.object({ event_payload: z.object({ page: z.string() }) });

/** Messages do not change what they are about, and finding it out means parsing. */
const known = new WeakMap<Message, string>();

/**
 * Names the update that a message is about: `page/update`, because two status pages may give updates the same id. Without the page where
 * the message does not say it; empty when it is about no update.
 */
export function updateKey(message: Message): string {
  if (message.update === '') return '';
  const key = known.get(message) ?? join(statusPageOf(message), message.update);
  known.set(message, key);
  return key;
}

/** Whether a message is about the update that a key names. A key without a page is for those of all pages. */
export function isAbout(message: Message, key: string): boolean {
  return key === message.update || key === updateKey(message);
}

function join(statusPage: string, update: string): string {
  return statusPage === '' ? update : `${statusPage}/${update}`;
}

function statusPageOf(message: Message): string {
  switch (message.channel) {
    case 'email':
      return message.tags['page_id'] ?? '';
    case 'sms':
      return URL.parse(message.statusCallback ?? '')?.searchParams.get('page') ?? '';
    case 'slack':
      return slackMetadata.safeParse(message.metadata).data?.event_payload.page ?? '';
    case 'webhook': {
      const own = ownPayload.safeParse(message.body).data?.data;
      return (own ?? statuspagePayload.safeParse(message.body).data)?.page.id ?? '';
    }
  }
}
