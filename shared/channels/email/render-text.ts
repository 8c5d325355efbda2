import type { Announcement } from '../channel.ts';
import { parseMarkdown } from '../text/markdown.ts';
import { markdownPlain } from '../text/plain.ts';
import { shortenAtWord } from '../text/shorten.ts';
import { utcTime } from '../text/utc.ts';
import {
  bodyOf,
  byGroup,
  headlineOf,
  impactOf,
  linkOf,
  pageNameOf,
  periodOf,
  transitionOf,
} from '../text/wording.ts';
import { LONGEST_BODY, MOST_COMPONENTS, shownComponents } from './limits.ts';
import { VARIABLES } from './variables.ts';

/**
 * The text part, for readers who prefer it and for machines that show nothing else: all that the HTML part says, in
 * its order. Literal braces of the publisher are set apart, so that only our variables are variables.
 */
export function renderText(
  announcement: Announcement,
  postalAddress: string | undefined,
  calendarUrl: string | undefined,
): string {
  const facts = [utcTime(announcement.update.publishedAt), impactOf(announcement), periodOf(announcement)];
  const said = [
    headlineOf(announcement),
    facts.filter((fact) => fact !== undefined).join(' · '),
    shortenAtWord(markdownPlain(parseMarkdown(bodyOf(announcement))), LONGEST_BODY),
    `Read more: ${linkOf(announcement)}${calendarUrl === undefined ? '' : `\nFor your calendar: ${calendarUrl}`}`,
    components(announcement),
  ];
  const footer = [
    `You get this email because ${VARIABLES.reason}`,
    `Change what you hear of: ${VARIABLES.manage}`,
    `Unsubscribe: ${VARIABLES.unsubscribe}`,
    '',
    literal(`Sent for ${pageNameOf(announcement)}${postalAddress ? `, ${postalAddress}` : ''}`),
  ];
  return `${literal(said.filter((part) => part !== '').join('\n\n'))}\n\n-- \n${footer.join('\n')}\n`;
}

function components(announcement: Announcement): string {
  const all = shownComponents(announcement);
  if (all.length === 0) return '';
  const lines = byGroup(all.slice(0, MOST_COMPONENTS)).flatMap(({ name, components: members }) => [
    ...(name === undefined ? [] : [name]),
    ...members.map((member) => `${name === undefined ? '' : '  '}- ${member.name}: ${transitionOf(member)}`),
  ]);
  const more = all.length - MOST_COMPONENTS;
  return ['Affected components', '', ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** Doubled braces would be a variable to SES. */
export function literal(text: string): string {
  return text.replace(/\{(?=\{)/g, '{ ').replace(/\}(?=\})/g, '} ');
}
