import type { Announcement } from '../channel.ts';
import { cleanLine } from '../text/clean.ts';
import { shorten } from '../text/shorten.ts';
import { utcTimeOfDay } from '../text/utc.ts';
import { componentsAsOf, linkOf, pageNameOf, startToCome, stateOf, titleOf } from '../text/wording.ts';
import { encodingOf, longestFitting, segmentsOf } from './segments.ts';
import { toGsm7 } from './transliterate.ts';

/** Twilio advises up to 320 characters; each segment is paid for. */
export const MAX_SEGMENTS = 2;

const STOP = 'STOP to end';
const LONGEST_BRAND = 30;
/** A link must leave room for words: a longer one gives way to the page's own. */
const LONGEST_LINK = 120;
const LONGEST_LINK_UCS2 = 60;
/** Component names that are tried before the rest is counted. */
const NAMED = 4;

/**
 * `Batch: [Resolved] Major downtime (Segment, mParticle +16 more), 09:29 UTC. https://status.batch.com/x STOP to end`
 *
 * Of planned work: `Batch: [Reminder] Upgrade (Dashboard), 15 Oct 2021, 02:00 UTC. Sent 01:00 UTC. https://...`
 *
 * Never more than `maxSegments` segments, whatever the publisher wrote. To fit, components go first, then the title is cut; with two
 * segments brand, state, time, link and the way out always have room. The time of sending sets two updates with the same words apart, for the
 * reader and for whoever asks the provider later which of them went out.
 */
export function renderSms(announcement: Announcement, maxSegments: number = MAX_SEGMENTS): string {
  const title = toGsm7(titleOf(announcement)) || 'Incident';
  const names = componentsAsOf(announcement)
    .map(({ name }) => toGsm7(shorten(cleanLine(name), 40)))
    .filter((name) => name !== '');
  const frame = frameOf(announcement, title);

  // A name or two in one segment beat four in two: each segment is paid for.
  for (let segments = 1; segments <= maxSegments; segments++) {
    const fewest = segments < maxSegments ? Math.min(1, names.length) : 0;
    for (let named = Math.min(NAMED, names.length); named >= fewest; named--) {
      const whole = frame(title, someOf(names, named));
      if (segmentsOf(whole) <= segments) return whole;
    }
  }
  const mark = encodingOf(title) === 'gsm7' ? '...' : '…';
  const part = longestFitting(title, maxSegments, (cut) => frame(cut, ''), mark);
  // One segment of Cyrillic does not even hold the frame.
  return longestFitting(frame(part, ''), maxSegments, (cut) => cut, '');
}

function frameOf(announcement: Announcement, title: string): (title: string, components: string) => string {
  const brand = toGsm7(shorten(pageNameOf(announcement), LONGEST_BRAND, '.')) || 'Status';
  const published = utcTimeOfDay(announcement.update.publishedAt);
  const start = startToCome(announcement);
  const gsm7 = encodingOf(brand + title) === 'gsm7';
  const link = shortLink(announcement, gsm7 ? LONGEST_LINK : LONGEST_LINK_UCS2);
  const state = stateOf(announcement);
  const times = start === undefined ? [`${published}.`] : [`${start}.`, `Sent ${published}.`];
  return (shown, components) =>
    [`${brand}: [${state}]`, `${shown}${components},`, ...times, link, STOP]
      .filter((part) => part !== '')
      .join(' ');
}

function someOf(names: readonly string[], named: number): string {
  const more = names.length - named;
  if (names.length === 0 || named === 0) return '';
  return more === 0 ? ` (${names.join(', ')})` : ` (${names.slice(0, named).join(', ')} +${more} more)`;
}

function shortLink(announcement: Announcement, longest: number): string {
  const candidates = [linkOf(announcement), announcement.page.url];
  return candidates.find((link) => link.length <= longest && encodingOf(link) === 'gsm7') ?? '';
}
