import type { Outcome } from '../../../../domain/outcome.ts';
import { MINUTE, SECOND } from '../../../../domain/time.ts';
import type { Announcement } from '../../../channel.ts';
import { oncePer } from '../../../once.ts';
import type { Tone } from '../../../text/wording.ts';
import type { Markup } from '../chat-markup.ts';
import { chatMessage, invitationWords } from '../chat-message.ts';
import { type EndpointAnswer, JSON_HEADERS, jsonBody, type WebhookFormat } from '../format.ts';
import { testAnnouncement } from '../test-announcement.ts';
import { teamsAbout } from './about.ts';

/** A message may have 28 kB, of which 21 kB are safe to use. In bytes of UTF-8. (Source: learn.microsoft.com,
 * `limits-specifications-teams`.) */
const LONGEST_MESSAGE = 21_000;
const BODY_LENGTHS = [4_000, 2_000, 1_000, 500];

const COLOURS: Readonly<Record<Tone, string>> = {
  good: 'Good',
  planned: 'Accent',
  watch: 'Warning',
  bad: 'Attention',
};

/** The part of Markdown that text blocks of Adaptive Cards know. */
const markup: Markup = {
  text: (text) =>
    text
      .replace(/[\\*_~`[\]()#]/g, '\\$&')
      .replace(/</g, '‹')
      .replace(/>/g, '›'),
  bold: (marked) => `**${marked}**`,
  link: (label, url) => `[${label}](${url.replace(/[()]/g, (one) => (one === '(' ? '%28' : '%29'))})`,
  lineBreak: '\n\n',
  bullet: '-',
};

const bodyOf = oncePer((announcement: Announcement) => {
  let message = Buffer.alloc(0) as Buffer;
  for (const [cuts, longest] of BODY_LENGTHS.entries()) {
    message = jsonBody(
      messageOf(cardOf(announcement, longest, MOST_GROUPS[cuts] ?? 0), linkTo(announcement)),
    );
    if (message.length <= LONGEST_MESSAGE) break;
  }
  return message;
});

/** Groups of components that are shown beside each length of body. */
const MOST_GROUPS = [12, 6, 3, 0];

/** Workflows of Teams ("When a Teams webhook request is received"): an Adaptive Card 1.4 per update. */
export const teams: WebhookFormat = {
  ...teamsAbout,
  format: (announced) => ({ headers: JSON_HEADERS, body: bodyOf(announced) }),
  ping: (page, { delivery }, at) => ({
    headers: JSON_HEADERS,
    body: bodyOf(testAnnouncement(page, delivery, at)),
  }),
  classify,
  chat: {
    ...teamsAbout.chat,
    invitation(page, url) {
      const { heading, text, button } = invitationWords(page);
      const card = [block(markup.text(heading), { size: 'Large', weight: 'Bolder' }), block(text)];
      return { headers: JSON_HEADERS, body: jsonBody(messageOf(card, { title: button, url })) };
    },
  },
};

const block = (text: string, style: Readonly<Record<string, unknown>> = {}) => ({
  type: 'TextBlock',
  text,
  wrap: true,
  ...style,
});

function cardOf(announcement: Announcement, longestBody: number, mostGroups: number): readonly object[] {
  const { headline, tone, body, components, facts } = chatMessage(announcement, markup, longestBody);
  return [
    block(markup.text(headline), { size: 'Large', weight: 'Bolder', color: COLOURS[tone] }),
    ...(body === '' ? [] : [block(body)]),
    ...components
      .slice(0, mostGroups)
      .map(({ group, lines }) =>
        block(`${markup.bold(markup.text(group))}\n\n${lines.replaceAll('\n', '\n\n')}`),
      ),
    block(facts.map(markup.text).join(' · '), { isSubtle: true, size: 'Small' }),
  ];
}

function linkTo(announcement: Announcement) {
  return { title: 'View on the status page', url: chatMessage(announcement, markup, 0).url };
}

function messageOf(body: readonly object[], link: { readonly title: string; readonly url: string }) {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body,
    actions: [{ type: 'Action.OpenUrl', ...link }],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

/**
 * A flow takes a call with 202. Switched off, or without its owner, it answers 4xx: perhaps only for now, so it is given up after three
 * failures over a day. It takes four calls a second.
 */
function classify({ status, headers }: EndpointAnswer): Outcome | undefined {
  if ([401, 403, 404, 410].includes(status)) {
    return { kind: 'retry', cause: `webhook.teams_${status}`, strike: 'webhook.unreachable', lasting: true };
  }
  if (status === 400) return { kind: 'drop', cause: 'webhook.teams_bad_request' };
  if (status !== 429) return undefined;
  const seconds = Number(headers['retry-after'] ?? 5);
  const afterMs = Math.min(10 * MINUTE, Math.max(SECOND, seconds * SECOND || 5 * SECOND));
  return { kind: 'backoff', cause: 'webhook.teams_429', scope: 'endpoint', afterMs };
}
