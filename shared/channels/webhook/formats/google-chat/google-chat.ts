import type { Outcome } from '../../../../domain/outcome.ts';
import { MINUTE, SECOND } from '../../../../domain/time.ts';
import type { Announcement } from '../../../channel.ts';
import { oncePer } from '../../../once.ts';
import type { Markup } from '../chat-markup.ts';
import { chatMessage, invitationWords } from '../chat-message.ts';
import { type EndpointAnswer, JSON_HEADERS, jsonBody, type WebhookFormat } from '../format.ts';
import { fieldIn } from '../json-fields.ts';
import { testAnnouncement } from '../test-announcement.ts';
import { googleChatAbout } from './about.ts';

/** Messages hold 32,000 bytes (developers.google.com/workspace/chat, "Send a message"); a text of 4,096 characters is always shown whole. */
const LONGEST_TEXT = 4_000;
const LONGEST_BODY = 2_400;

const markup: Markup = {
  // `<users/all>` rings everybody, and there is no escape: angle brackets are replaced.
  text: (text) => text.replace(/</g, '‹').replace(/>/g, '›'),
  bold: (marked) => `*${marked.replaceAll('*', '∗')}*`,
  link: (label, url) => `<${url.replace(/[<>|]/g, encodeURIComponent)}|${label.replaceAll('|', '¦')}>`,
  lineBreak: '\n',
  bullet: '•',
};

const textOf = oncePer((announcement: Announcement) => {
  const { headline, body, components, facts, url } = chatMessage(announcement, markup, LONGEST_BODY);
  const end = `${markup.text(facts.join(' · '))}\n${markup.link('View on the status page', url)}`;
  const parts = [markup.bold(markup.text(headline)), body];
  for (const { group, lines } of components) {
    const part = `${markup.bold(markup.text(group))}\n${lines}`;
    if ([...parts, part, end].join('\n\n').length <= LONGEST_TEXT) parts.push(part);
  }
  return [...parts, end].filter((part) => part !== '').join('\n\n');
});

/**
 * Incoming webhooks of Google Chat: a thread per incident, and `requestId`, by which Google knows a call that it has had before.
 * (Source: developers.google.com/workspace/chat/api, spaces.messages.create.)
 */
export const googleChat: WebhookFormat = {
  ...googleChatAbout,
  format: (announced, { url, delivery }) => ({
    url: threaded(url, delivery),
    headers: JSON_HEADERS,
    body: jsonBody({ text: textOf(announced), thread: { threadKey: announced.incident.id } }),
  }),
  ping(page, { url, delivery }, at) {
    const test = testAnnouncement(page, delivery, at);
    return { url: threaded(url, delivery), headers: JSON_HEADERS, body: jsonBody({ text: textOf(test) }) };
  },
  classify,
  chat: {
    ...googleChatAbout.chat,
    invitation(page, url) {
      const { heading, text, button } = invitationWords(page);
      const words = `${markup.bold(markup.text(heading))}\n${text}\n\n${markup.link(button, url)}`;
      return { headers: JSON_HEADERS, body: jsonBody({ text: words }) };
    },
  },
};

function threaded(address: string, requestId: string): string {
  const url = new URL(address);
  url.searchParams.set('messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD');
  url.searchParams.set('requestId', requestId);
  return url.href;
}

/**
 * | answer                         | means                                        |
 * |--------------------------------|----------------------------------------------|
 * | 401, 403, 404                  | the webhook or its space is gone             |
 * | 400                            | our message is at fault                      |
 * | 429                            | one a second and space: wait                 |
 */
function classify({ status, headers, body }: EndpointAnswer): Outcome | undefined {
  if (status === 401 || status === 403 || status === 404) {
    const reason =
      fieldIn(body, 'error', 'status') === 'NOT_FOUND' || status === 404 ? 'not_found' : 'forbidden';
    return { kind: 'quarantine', cause: `webhook.google_chat_${reason}`, scope: 'endpoint' };
  }
  if (status === 400) return { kind: 'drop', cause: 'webhook.google_chat_bad_request' };
  if (status !== 429) return undefined;
  const seconds = Number(headers['retry-after'] ?? 10);
  const afterMs = Math.min(10 * MINUTE, Math.max(SECOND, seconds * SECOND || 10 * SECOND));
  return { kind: 'backoff', cause: 'webhook.google_chat_429', scope: 'endpoint', afterMs };
}
