import type { Announcement } from '../channels/channel.ts';
import { cleanLine } from '../channels/text/clean.ts';
import { escapeHtml, type MarkdownStyles, markdownHtml } from '../channels/text/html.ts';
import { parseMarkdown } from '../channels/text/markdown.ts';
import { shorten } from '../channels/text/shorten.ts';
import { isoTime } from '../channels/text/utc.ts';
import {
  bodyOf,
  byGroup,
  headlineOf,
  impactOf,
  linkOf,
  pageNameOf,
  periodOf,
  stateOf,
  summaryOf,
  transitionOf,
} from '../channels/text/wording.ts';
import type { Page } from '../domain/page.ts';
import type { Instant } from '../domain/time.ts';
import { feedPaths } from './addresses.ts';

/** What a feed says, before it is written as Atom or JSON. Texts are clean, HTML holds no script and no style. */
export interface Feed {
  readonly title: string;
  /** The status page. */
  readonly home: string;
  readonly author: string;
  readonly paths: ReturnType<typeof feedPaths>;
  /** When its newest entry was accepted; the epoch when it has none. */
  readonly updated: Instant;
  readonly entries: readonly Entry[];
}

/** One update. It never changes, so `updated` is when it was accepted. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly link: string;
  readonly summary: string;
  readonly html: string;
  readonly published: string;
  readonly updated: Instant;
  readonly state: string;
}

export function feedOf(page: Page, announcements: readonly Announcement[], component?: string): Feed {
  const name = component && page.components.find(({ id }) => id === component)?.name;
  const author = pageNameOf({ page });
  const title = name === undefined ? author : `${author}: ${shorten(cleanLine(name), 100)}`;
  return {
    title,
    home: page.url,
    author,
    paths: feedPaths(page.id, component),
    updated: announcements[0]?.update.acceptedAt ?? 0,
    entries: announcements.map(entryOf),
  };
}

function entryOf(announcement: Announcement): Entry {
  const { update } = announcement;
  const published = Date.parse(update.publishedAt);
  return {
    id: tagOf(announcement),
    title: headlineOf(announcement),
    link: linkOf(announcement),
    summary: summaryOf(announcement, 240),
    html: htmlOf(announcement),
    published: isoTime(Number.isNaN(published) ? update.acceptedAt : published),
    updated: update.acceptedAt,
    state: stateOf(announcement),
  };
}

/**
 * A tag URI (RFC 4151): whoever owned the page's host on the day of the update named it so. Ids hold no character that a tag
 * URI may not, and nothing in it ever changes.
 */
function tagOf({ page, update }: Announcement): string {
  const host = URL.parse(page.url)?.hostname ?? 'localhost';
  return `tag:${host},${isoTime(update.acceptedAt).slice(0, 10)}:${page.id}/updates/${update.id}`;
}

const NO_STYLES: MarkdownStyles = {
  paragraph: '',
  heading: '',
  list: '',
  item: '',
  inner: '',
  quote: '',
  pre: '',
  rule: '',
  code: '',
  link: '',
};

/** The update alone, not how the incident stands now: an entry that has been read does not change afterwards. */
function htmlOf(announcement: Announcement): string {
  const facts = [impactOf(announcement), periodOf(announcement)].filter((fact) => fact !== undefined);
  const components = byGroup(announcement.update.components).flatMap(({ name, components: members }) =>
    members.map((member) => {
      const whole = name === undefined ? member.name : `${name}: ${member.name}`;
      return `<li>${escapeHtml(whole)} – ${escapeHtml(transitionOf(member))}</li>`;
    }),
  );
  return [
    ...(facts.length === 0 ? [] : [`<p>${escapeHtml(facts.join(' · '))}</p>`]),
    markdownHtml(parseMarkdown(bodyOf(announcement)), NO_STYLES),
    ...(components.length === 0 ? [] : [`<ul>${components.join('')}</ul>`]),
  ].join('\n');
}
