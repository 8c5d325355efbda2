import { isoTime } from '../channels/text/utc.ts';
import { FEED_TYPES } from './addresses.ts';
import type { Entry, Feed } from './feed.ts';

/** What XML 1.0 has no way to say, not even escaped (section 2.2): most controls, unpaired surrogates, U+FFFE and U+FFFF. */
const UNSAYABLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As it is, a parser would make a line break of it.
  '\r': '&#13;',
};

/** Text as XML content or attribute value. */
export function escapeXml(text: string): string {
  return text.replace(UNSAYABLE, '').replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}

/** The feed as Atom (RFC 4287). `origin` is our public address without a trailing slash. */
export function writeAtom(feed: Feed, origin: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>${escapeXml(origin + feed.paths.atom)}</id>
<title>${escapeXml(feed.title)}</title>
<updated>${isoTime(feed.updated)}</updated>
<author><name>${escapeXml(feed.author)}</name></author>
<link rel="self" type="${FEED_TYPES.atom}" href="${escapeXml(origin + feed.paths.atom)}"/>
<link rel="alternate" type="text/html" href="${escapeXml(feed.home)}"/>
<link rel="related" type="${FEED_TYPES.calendar}" href="${escapeXml(origin + feed.paths.calendar)}"/>
${feed.entries.map(writeEntry).join('\n')}
</feed>
`;
}

function writeEntry(entry: Entry): string {
  return `<entry>
<id>${escapeXml(entry.id)}</id>
<title>${escapeXml(entry.title)}</title>
<updated>${isoTime(entry.updated)}</updated>
<published>${entry.published}</published>
<link rel="alternate" type="text/html" href="${escapeXml(entry.link)}"/>
<category term="${escapeXml(entry.state)}"/>
<summary>${escapeXml(entry.summary)}</summary>
<content type="html">${escapeXml(entry.html)}</content>
</entry>`;
}
