import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAtom } from '../../shared/feeds/atom.ts';
import { feedOf } from '../../shared/feeds/feed.ts';
import { hostileAnnouncement } from '../channels/hostile.ts';
import { seedAnnouncements } from '../channels/seed.ts';

const CHROMIUM = '/usr/bin/chromium';
const isThere = existsSync(CHROMIUM);
if (!isThere) console.warn(`No browser at ${CHROMIUM}: the strict XML parser is left out.`);

/** What a strict parser of XML makes of a feed. */
interface Parsed {
  /** What it did not like. */
  readonly error: string | undefined;
  readonly root: string;
  readonly entries: number;
  /** Elements that Atom does not know or that stand in the wrong place. */
  readonly strangers: string[];
}

const ALLOWED = {
  feed: ['id', 'title', 'updated', 'author', 'link', 'entry'],
  author: ['name'],
  entry: ['id', 'title', 'updated', 'published', 'link', 'category', 'summary', 'content'],
};

/** Runs in the browser: as text, because nothing else here knows of a DOM. */
const PARSE = `(text, allowed) => {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  const ATOM = 'http://www.w3.org/2005/Atom';
  const isStranger = ({ namespaceURI, localName, parentElement }) =>
    namespaceURI !== ATOM || (parentElement !== null && !allowed[parentElement.localName]?.includes(localName));
  return {
    error: document.querySelector('parsererror')?.textContent,
    root: document.documentElement.localName,
    entries: document.getElementsByTagNameNS(ATOM, 'entry').length,
    strangers: [...document.querySelectorAll('*')].filter(isStranger).map(({ localName }) => localName),
  };
}`;

describe.skipIf(!isThere)('an Atom feed, to a strict parser,', () => {
  let browser: Browser;
  let tab: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    tab = await browser.newPage();
  });
  afterAll(() => browser?.close());

  function parse(xml: string): Promise<Parsed> {
    return tab.evaluate(`(${PARSE})(${JSON.stringify(xml)}, ${JSON.stringify(ALLOWED)})`);
  }

  it('of a real incident is whole', async () => {
    const announcements = seedAnnouncements().reverse();
    const [{ page }] = announcements as [(typeof announcements)[0]];
    const parsed = await parse(writeAtom(feedOf(page, announcements), 'https://fanout.example.com'));
    expect(parsed).toEqual({ error: undefined, root: 'feed', entries: 6, strangers: [] });
  });

  it('is whole whatever the publisher wrote', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(hostileAnnouncement, async (announcement) => {
        const feed = feedOf(announcement.page, [announcement]);
        const parsed = await parse(writeAtom(feed, 'https://fanout.example.com'));
        expect(parsed).toEqual({ error: undefined, root: 'feed', entries: 1, strangers: [] });
      }),
    );
  });

  it('tells a broken feed from a whole one', async () => {
    const { error } = await parse('<feed xmlns="http://www.w3.org/2005/Atom"><id>\u0001</id></feed>');
    expect(error).toContain('error');
  });
});
