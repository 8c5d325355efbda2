import type { Outcome } from '../../../../domain/outcome.ts';
import { SECOND } from '../../../../domain/time.ts';
import { oncePer } from '../../../once.ts';
import { shorten } from '../../../text/shorten.ts';
import type { Tone } from '../../../text/wording.ts';
import type { Markup } from '../chat-markup.ts';
import { type ChatMessage, chatMessage, invitationWords } from '../chat-message.ts';
import { type EndpointAnswer, JSON_HEADERS, jsonBody, type WebhookFormat } from '../format.ts';
import { fieldIn } from '../json-fields.ts';
import { testAnnouncement } from '../test-announcement.ts';
import { discordAbout } from './about.ts';

/**
 * Discord's limits of one embed: title 256, description 4,096, 25 fields of 256 and 1,024, 6,000 together.
 * (Source: docs.discord.com, "Message embed limits".) Ours add up to 5,200 at most.
 */
const LONGEST_TITLE = 256;
const LONGEST_BODY = 2_500;
const LONGEST_FIELDS = 2_000;
const LONGEST_FOOTER = 300;

const COLOURS: Readonly<Record<Tone, number>> = {
  good: 0x2e7d32,
  planned: 0x1565c0,
  watch: 0xb26a00,
  bad: 0xc62828,
};

const markup: Markup = {
  text: (text) => text.replace(/[\\*_~`|[\]()<@]/g, '\\$&').replace(/^(\s*)([>#-])/, '$1\\$2'),
  bold: (marked) => `**${marked}**`,
  link: (label, url) => `[${label}](${url.replace(/[()]/g, (one) => (one === '(' ? '%28' : '%29'))})`,
  lineBreak: '\n',
  bullet: '-',
};

/** Nobody is rung by what a publisher wrote: not even `@everyone`. */
const NO_MENTIONS = { parse: [] };

const bodyOf = oncePer((announcement: Parameters<typeof chatMessage>[0]) =>
  jsonBody(message(chatMessage(announcement, markup, LONGEST_BODY), announcement.update.publishedAt)),
);

/** Incoming webhooks of Discord: one embed per update. */
export const discord: WebhookFormat = {
  ...discordAbout,
  format: (announced, { url }) => ({ url: waiting(url), headers: JSON_HEADERS, body: bodyOf(announced) }),
  ping(page, { url, delivery }, at) {
    const test = testAnnouncement(page, delivery, at);
    return { url: waiting(url), headers: JSON_HEADERS, body: bodyOf(test) };
  },
  classify,
  chat: {
    ...discordAbout.chat,
    invitation(page, url) {
      const { heading, text, button } = invitationWords(page);
      const embed = {
        title: shorten(heading, LONGEST_TITLE),
        url,
        description: `${text}\n\n[${button}](${url})`,
      };
      return { headers: JSON_HEADERS, body: jsonBody({ embeds: [embed], allowed_mentions: NO_MENTIONS }) };
    },
  },
};

/** With `wait`, Discord answers once the message is there, and says what is wrong with it where it is not. */
function waiting(address: string): string {
  const url = new URL(address);
  url.searchParams.set('wait', 'true');
  return url.href;
}

function message({ headline, tone, url, body, components, facts }: ChatMessage, publishedAt: string) {
  let room = LONGEST_FIELDS;
  const fields = components.slice(0, 25).flatMap(({ group, lines }) => {
    room -= group.length + lines.length;
    return room < 0 ? [] : [{ name: shorten(group, 256), value: lines }];
  });
  const at = Date.parse(publishedAt);
  return {
    embeds: [
      {
        title: shorten(headline, LONGEST_TITLE),
        url,
        color: COLOURS[tone],
        ...(body !== '' && { description: body }),
        ...(fields.length > 0 && { fields }),
        footer: { text: shorten(facts.join(' · '), LONGEST_FOOTER) },
        ...(!Number.isNaN(at) && { timestamp: new Date(at).toISOString() }),
      },
    ],
    allowed_mentions: NO_MENTIONS,
  };
}

/**
 * | answer                     | means                                                      |
 * |----------------------------|------------------------------------------------------------|
 * | 200, 204                   | sent, under the message's id                               |
 * | 404 with code 10015        | the webhook was deleted                                    |
 * | 401, 403 (50027: token)    | the token is wrong: repeated, it bars the whole IP address |
 * | 429                        | wait: `retry_after` in the body, in seconds with fractions |
 * | 400                        | our message is at fault: it can never succeed              |
 */
function classify({ status, headers, body }: EndpointAnswer): Outcome | undefined {
  const code = fieldIn(body, 'code');
  if (status === 404 && code === 10_015) return gone('unknown_webhook');
  if (status === 401 || status === 403) return gone(code === 50_027 ? 'invalid_token' : 'forbidden');
  if (status === 400) return { kind: 'drop', cause: 'webhook.discord_bad_request' };
  if (status !== 429) return undefined;
  const seconds =
    fieldIn(body, 'retry_after') ?? headers['x-ratelimit-reset-after'] ?? headers['retry-after'];
  const wait = Math.ceil(Number(seconds) * SECOND);
  return {
    kind: 'backoff',
    cause: 'webhook.discord_429',
    scope: 'endpoint',
    afterMs: Number.isFinite(wait) ? Math.min(Math.max(wait, SECOND), 3_600 * SECOND) : 5 * SECOND,
  };
}

const gone = (reason: string): Outcome => ({
  kind: 'quarantine',
  cause: `webhook.discord_${reason}`,
  scope: 'endpoint',
});
