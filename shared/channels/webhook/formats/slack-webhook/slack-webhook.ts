import type { Outcome } from '../../../../domain/outcome.ts';
import { MINUTE, SECOND } from '../../../../domain/time.ts';
import type { Announcement } from '../../../channel.ts';
import { oncePer } from '../../../once.ts';
import { shorten } from '../../../text/shorten.ts';
import type { Markup } from '../chat-markup.ts';
import { chatMessage, invitationWords } from '../chat-message.ts';
import { type EndpointAnswer, JSON_HEADERS, jsonBody, type WebhookFormat } from '../format.ts';
import { testAnnouncement } from '../test-announcement.ts';
import { slackWebhookAbout } from './about.ts';

/** Slack's limits (docs.slack.dev, Block Kit): header 150, section 3,000, 50 blocks. */
const LONGEST_HEADER = 150;
const LONGEST_BODY = 2_900;
const MOST_GROUPS = 8;

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const markup: Markup = {
  text: escaped,
  bold: (marked) => `*${marked.replaceAll('*', '∗')}*`,
  link: (label, url) =>
    `<${escaped(url.replace(/[<>|]/g, encodeURIComponent))}|${label.replaceAll('|', '¦')}>`,
  lineBreak: '\n',
  bullet: '•',
};

const bodyOf = oncePer((announcement: Announcement) => {
  const { headline, body, components, facts, url } = chatMessage(announcement, markup, LONGEST_BODY);
  const context = [...facts.map(escaped), markup.link('View on the status page', url)].join('  ·  ');
  return jsonBody({
    text: escaped(headline),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: shorten(headline, LONGEST_HEADER), emoji: false } },
      ...(body === '' ? [] : [section(body)]),
      ...components
        .slice(0, MOST_GROUPS)
        .map(({ group, lines }) => section(`${markup.bold(escaped(group))}\n${lines}`)),
      { type: 'context', elements: [mrkdwn(context)] },
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
});

/** Incoming webhooks of Slack, for workspaces that do not take the app. They know neither threads nor edits. */
export const slackWebhook: WebhookFormat = {
  ...slackWebhookAbout,
  format: (announced) => ({ headers: JSON_HEADERS, body: bodyOf(announced) }),
  ping: (page, { delivery }, at) => ({
    headers: JSON_HEADERS,
    body: bodyOf(testAnnouncement(page, delivery, at)),
  }),
  classify,
  chat: {
    ...slackWebhookAbout.chat,
    invitation(page, url) {
      const { heading, text, button } = invitationWords(page);
      const words = `${markup.bold(escaped(heading))}\n${text}\n\n${markup.link(button, url)}`;
      return { headers: JSON_HEADERS, body: jsonBody({ text: escaped(heading), blocks: [section(words)] }) };
    },
  },
};

/** Slack is not to look for names and addresses in it by itself. */
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });

/** What Slack answers in plain text (docs.slack.dev, "Sending messages using incoming webhooks", error types). */
const GONE = new Set([
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'invalid_token',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'posting_to_general_channel_denied',
  'team_disabled',
  'token_revoked',
  'user_not_found',
]);
const OUR_FAULT = new Set(['invalid_payload', 'no_text', 'too_many_attachments', 'invalid_blocks']);

function classify({ status, headers, body }: EndpointAnswer): Outcome | undefined {
  const error = body.trim().slice(0, 60);
  if (status >= 400 && GONE.has(error)) {
    return { kind: 'quarantine', cause: `webhook.slack_${error}`, scope: 'endpoint' };
  }
  if (status >= 400 && OUR_FAULT.has(error)) return { kind: 'drop', cause: `webhook.slack_${error}` };
  if (status !== 429) return undefined;
  const seconds = Number(headers['retry-after'] ?? 1);
  const afterMs = Math.min(30 * MINUTE, Math.max(SECOND, seconds * SECOND || SECOND));
  return { kind: 'backoff', cause: 'webhook.slack_429', scope: 'endpoint', afterMs };
}
