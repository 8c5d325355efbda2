import { isoTime } from '../channels/text/utc.ts';
import type { Entry, Feed } from './feed.ts';

/** The feed as JSON Feed 1.1 (jsonfeed.org). `origin` is our public address without a trailing slash. */
export function writeJsonFeed(feed: Feed, origin: string): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.home,
    feed_url: origin + feed.paths.json,
    language: 'en',
    authors: [{ name: feed.author, url: feed.home }],
    items: feed.entries.map(itemOf),
  });
}

function itemOf(entry: Entry): object {
  return {
    id: entry.id,
    url: entry.link,
    title: entry.title,
    summary: entry.summary,
    content_html: entry.html,
    date_published: entry.published,
    date_modified: isoTime(entry.updated),
    tags: [entry.state],
  };
}
