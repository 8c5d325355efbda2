import { componentLabel } from '../../domain/status.ts';
import type { AffectedComponent } from '../../domain/update.ts';
import type { Announcement } from '../channel.ts';
import { parseMarkdown } from '../text/markdown.ts';
import { shorten, shortenAtWord } from '../text/shorten.ts';
import { utcTime } from '../text/utc.ts';
import {
  bodyOf,
  byGroup,
  componentsAsOf,
  headlineOf,
  impactOf,
  linkOf,
  pageNameOf,
  periodOf,
  stateOf,
  summaryOf,
  type Tone,
  titleOf,
  toneOf,
  transitionOf,
} from '../text/wording.ts';
import { bold, escapeMrkdwn, linkMrkdwn, markdownMrkdwn } from './mrkdwn.ts';

interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Slack is not to look for addresses, names and channels in it. */
  readonly verbatim: true;
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: { type: 'plain_text'; text: string; emoji: false } }
  | { readonly type: 'section'; readonly text: Mrkdwn }
  | { readonly type: 'context'; readonly elements: Mrkdwn[] };

/** A message: `text` is what notifications and screen readers say. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: SlackBlock[];
}

/** Slack's limits (docs.slack.dev, Block Kit), with room for what is added. */
const LONGEST_HEADER = 150;
const LONGEST_BODY = 2_900;
const LONGEST_SECTION = 2_900;
/** All blocks together must stay under about 13,200: header, body, two lists of components and the context do. */
const MOST_COMPONENT_SECTIONS = 2;
const LONGEST_SUMMARY = 240;

/** The message at the root of the incident's thread: how the incident stands now, edited with each update. */
export function renderRoot(announcement: Announcement): SlackMessage {
  return {
    text: fallback(announcement),
    blocks: [
      {
        type: 'header',
        text: {
          type: 'plain_text',
          text: `${markOf(announcement)} ${shorten(headlineOf(announcement), LONGEST_HEADER - LONGEST_MARK)}`,
          emoji: false,
        },
      },
      ...bodySections(announcement),
      ...componentSections(componentsAsOf(announcement), standing),
      context(announcement),
    ],
  };
}

/** The message in the thread: what this update says. It can stand alone, because the last one is shown in the channel too. */
export function renderReply(announcement: Announcement): SlackMessage {
  const headline = `${markOf(announcement)} ${bold(escapeMrkdwn(stateOf(announcement)))}: ${escapeMrkdwn(titleOf(announcement))}`;
  return {
    text: fallback(announcement),
    blocks: [
      section(headline),
      ...bodySections(announcement),
      ...componentSections(announcement.update.components.filter(hasChanged), transitionOf),
      context(announcement),
    ],
  };
}

function fallback(announcement: Announcement): string {
  const summary = summaryOf(announcement, LONGEST_SUMMARY);
  return escapeMrkdwn(`${headlineOf(announcement)}${summary === '' ? '' : ` – ${summary}`}`);
}

function bodySections(announcement: Announcement): SlackBlock[] {
  const whole = bodyOf(announcement);
  if (whole === '') return [];
  const rendered = markdownMrkdwn(parseMarkdown(whole));
  if (rendered.length <= LONGEST_BODY) return [section(rendered)];
  const more = linkMrkdwn(linkOf(announcement), 'Read more');
  // What is cut is the source, so that no link or escape is torn; escaping may make it longer again.
  for (let length = LONGEST_BODY; length > 50; length = Math.floor(length * 0.8)) {
    const part = markdownMrkdwn(parseMarkdown(shortenAtWord(whole, length)));
    if (part.length <= LONGEST_BODY) return [section(`${part}\n\n${more}`)];
  }
  return [section(more)];
}

/** One paragraph per group; within it, components of the same state share a line. */
function componentSections(
  components: readonly AffectedComponent[],
  say: (component: AffectedComponent) => string,
): SlackBlock[] {
  if (components.length === 0) return [];
  const paragraphs = byGroup(components).map(({ name, components: members }) => {
    const lines = [...Map.groupBy(members, say)].map(
      ([state, same]) =>
        `${escapeMrkdwn(same.map((one) => one.name).join(', '))} – ${bold(escapeMrkdwn(state))}`,
    );
    return [...(name === undefined ? [] : [bold(escapeMrkdwn(name))]), ...lines].join('\n');
  });
  return packed(paragraphs).map(section);
}

/** Paragraphs in as few sections as hold them; what has no room is counted. */
function packed(paragraphs: readonly string[]): string[] {
  const sections: string[] = [];
  let left = paragraphs.length;
  for (const paragraph of paragraphs) {
    if (paragraph.length > LONGEST_SECTION) break;
    const current = sections.at(-1);
    if (current !== undefined && current.length + paragraph.length + 2 <= LONGEST_SECTION) {
      sections[sections.length - 1] = `${current}\n\n${paragraph}`;
    } else if (sections.length < MOST_COMPONENT_SECTIONS) {
      sections.push(paragraph);
    } else {
      break;
    }
    left--;
  }
  if (left === 0) return sections;
  return [...sections, `and ${left} more ${left === 1 ? 'group' : 'groups'} of components`];
}

function context(announcement: Announcement): SlackBlock {
  const facts = [
    pageNameOf(announcement),
    utcTime(announcement.update.publishedAt),
    impactOf(announcement),
    periodOf(announcement),
  ];
  const said = facts.filter((fact) => fact !== undefined).map(escapeMrkdwn);
  const label =
    announcement.update.status === 'postmortem' ? 'Read the postmortem' : 'View on the status page';
  return {
    type: 'context',
    elements: [mrkdwn([...said, linkMrkdwn(linkOf(announcement), label)].join('  ·  '))],
  };
}

/** What is seen at a glance in a list of messages. Beside the words, never in their stead; notifications go without. */
const MARKS: Readonly<Record<Tone, string>> = { good: '🟢', planned: '🔧', watch: '🟡', bad: '🔴' };
/** In UTF-16 units, with its space. */
const LONGEST_MARK = 3;

function markOf(announcement: Announcement): string {
  return announcement.update.status === 'postmortem' ? '📝' : MARKS[toneOf(announcement)];
}

function standing({ newStatus }: AffectedComponent): string {
  return componentLabel(newStatus);
}

/** The root above shows how everything stands: a reply says what is different now. */
function hasChanged({ oldStatus, newStatus }: AffectedComponent): boolean {
  return oldStatus !== newStatus;
}

function section(text: string): SlackBlock {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}
