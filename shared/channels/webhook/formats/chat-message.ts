import type { Page } from '../../../domain/page.ts';
import type { Announcement } from '../../channel.ts';
import { cleanLine } from '../../text/clean.ts';
import { parseMarkdown } from '../../text/markdown.ts';
import { shorten, shortenAtWord } from '../../text/shorten.ts';
import { utcTime } from '../../text/utc.ts';
import {
  bodyOf,
  byGroup,
  headlineOf,
  impactOf,
  linkOf,
  pageNameOf,
  periodOf,
  type Tone,
  toneOf,
  transitionOf,
} from '../../text/wording.ts';
import { inMarkup, type Markup } from './chat-markup.ts';

/** What every chat says of an update, in its own markup. */
export interface ChatMessage {
  /** Plain text: `Resolved: Major downtime` */
  readonly headline: string;
  readonly tone: Tone;
  readonly url: string;
  readonly body: string;
  /** Components that this update touched, by group, in lines. */
  readonly components: readonly { readonly group: string; readonly lines: string }[];
  /** Plain text: page, time, impact, period. */
  readonly facts: readonly string[];
}

/** Longest list of a group's components, and of those in the same state. */
const LONGEST_GROUP = 1_000;
const LONGEST_LINE = 400;

/** `body`: at most so many UTF-16 units, markup included. */
export function chatMessage(announcement: Announcement, markup: Markup, longestBody: number): ChatMessage {
  const facts = [
    pageNameOf(announcement),
    utcTime(announcement.update.publishedAt),
    impactOf(announcement),
    periodOf(announcement),
  ];
  return {
    headline: headlineOf(announcement),
    tone: toneOf(announcement),
    url: linkOf(announcement),
    body: bodyIn(announcement, markup, longestBody),
    components: byGroup(announcement.update.components).map(({ name, components }) => {
      // Components that share a state share a line.
      const lines = [...Map.groupBy(components, transitionOf)].map(([state, same]) => {
        const names = shorten(same.map((one) => one.name).join(', '), LONGEST_LINE);
        return markup.text(`${names} – ${state}`);
      });
      return { group: name ?? 'Components', lines: listed(lines, LONGEST_GROUP) };
    }),
    facts: facts.filter((fact) => fact !== undefined),
  };
}

/** The words that ask a channel whether it wants to be told. Plain text. */
export function invitationWords(page: Page) {
  const name = shorten(cleanLine(page.name), 80) || 'a status page';
  return {
    heading: `Updates of ${name} in this channel?`,
    text: 'Somebody asked for them. Nothing more is posted until a person here confirms; the link works for seven days.',
    button: 'Confirm the subscription',
  };
}

/** As many lines as fit, and how many do not. */
export function listed(lines: readonly string[], longest: number): string {
  const all = lines.join('\n');
  if (all.length <= longest) return all;
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    if (length + line.length + 1 > longest - 20) break;
    kept.push(line);
    length += line.length + 1;
  }
  return [...kept, `and ${lines.length - kept.length} more`].join('\n');
}

/** What is cut is the source, so that no mark is torn; markup may make it longer again. */
function bodyIn(announcement: Announcement, markup: Markup, longest: number): string {
  const whole = bodyOf(announcement);
  for (let length = longest; length > 50; length = Math.floor(length * 0.8)) {
    const body = inMarkup(parseMarkdown(shortenAtWord(whole, length)), markup);
    if (body.length <= longest) return body;
  }
  return '';
}
