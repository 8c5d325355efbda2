import type { Announcement } from '../channel.ts';
import { linkOf } from '../text/wording.ts';
import { encodingOf } from './segments.ts';

/** Short links to incidents, on our own API. */
export interface ShortLinks {
  /** Of each of them, in characters. */
  readonly length: number;
  /** A link that works from now on; undefined when there is none just now. Never rejects. */
  of(page: string, incident: string): Promise<string | undefined>;
}

/** A text must have room for words: a longer link gives way to the page's own, and that to none. */
const LONGEST = 120;
const LONGEST_UCS2 = 60;

/** The links that a text may show, shortest first. The page's own address is the better known: of two as long it is taken. */
export async function linksFor(
  announcement: Announcement,
  short: ShortLinks | undefined,
): Promise<readonly string[]> {
  const { page, incident } = announcement;
  const own = linkOf(announcement);
  const shortened = short && short.length < own.length ? await short.of(page.id, incident.id) : undefined;
  return [...(shortened === undefined ? [] : [shortened]), own, page.url];
}

/** The first that a text of this encoding has room for, or ''. */
export function fittingLink(links: readonly string[], encoding: ReturnType<typeof encodingOf>): string {
  const longest = encoding === 'gsm7' ? LONGEST : LONGEST_UCS2;
  return links.find((link) => link.length <= longest && encodingOf(link) === 'gsm7') ?? '';
}
