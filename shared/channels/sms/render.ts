import type { Announcement } from '../channel.ts';
import { cleanLine } from '../text/clean.ts';
import { shorten } from '../text/shorten.ts';
import { utcTimeOfDay } from '../text/utc.ts';
import { componentsAsOf, pageNameOf, startToCome, stateOf, titleOf } from '../text/wording.ts';
import { fittingLink } from './link.ts';
import { encodingOf, longestFitting, segmentsOf } from './segments.ts';
import { toGsm7 } from './transliterate.ts';

export interface SmsForm {
  /** More are never sent. Twilio advises up to 320 characters; each segment is paid for. */
  readonly maxSegments: number;
  /** The first that fits is shown. */
  readonly links: readonly string[];
  /** Whether it says how to leave. */
  readonly wayOut: boolean;
}

const STOP = 'STOP to end';
const LONGEST_BRAND = 30;
/** Component names that are tried before the rest is counted. */
const NAMED = 4;
/** A title is cut to no less than this before components are given up, in graphemes. */
const TITLE_KEPT = 24;

/**
 * `Batch: [Resolved] Major downtime (Segment, mParticle +16 more), 09:29 UTC. https://status.batch.com/x STOP to end`
 *
 * Of planned work: `Batch: [Reminder] Upgrade (Dashboard), 15 Oct 2021, 02:00 UTC. Sent 01:00 UTC. https://...`
 *
 * Never more than `maxSegments` segments, whatever the publisher wrote. To fit, the title is cut down to a few words, then components go, then
 * the rest of the title; with two segments brand, state, time and link always have room. The time of sending sets two updates with the same words
 * apart, for the reader and for whoever asks the provider later which of them went out.
 */
export function renderSms(announcement: Announcement, form: SmsForm): string {
  const { maxSegments } = form;
  const title = toGsm7(titleOf(announcement)) || 'Incident';
  const names = componentsAsOf(announcement)
    .map(({ name }) => toGsm7(shorten(cleanLine(name), 40)))
    .filter((name) => name !== '');
  const frame = frameOf(announcement, title, form);

  // The whole title and a name in fewer segments beat more names in more: each segment is paid for.
  for (let segments = 1; segments <= maxSegments; segments++) {
    for (let named = Math.min(NAMED, names.length); named >= Math.min(1, names.length); named--) {
      const whole = frame(title, someOf(names, named));
      if (segmentsOf(whole) <= segments) return whole;
    }
  }
  const mark = encodingOf(title) === 'gsm7' ? '...' : '…';
  const least = Math.min(TITLE_KEPT, title.length);
  for (let named = Math.min(NAMED, names.length); named >= 0; named--) {
    const components = someOf(names, named);
    const part = longestFitting(title, maxSegments, (cut) => frame(cut, components), mark);
    if (part.length >= least || (named === 0 && part !== '')) return frame(part, components);
  }
  // One segment does not even hold the frame: its beginning says who and what.
  return longestFitting(frame('', ''), maxSegments, (cut) => cut, '');
}

function frameOf(
  announcement: Announcement,
  title: string,
  { links, wayOut }: SmsForm,
): (title: string, components: string) => string {
  const brand = toGsm7(shorten(pageNameOf(announcement), LONGEST_BRAND, '.')) || 'Status';
  const published = utcTimeOfDay(announcement.update.publishedAt);
  const start = startToCome(announcement);
  const link = fittingLink(links, encodingOf(brand + title));
  const state = stateOf(announcement);
  const times = start === undefined ? [`${published}.`] : [`${start}.`, `Sent ${published}.`];
  return (shown, components) =>
    [`${brand}: [${state}]`, `${shown}${components},`, ...times, link, wayOut ? STOP : '']
      .filter((part) => part !== '')
      .join(' ');
}

function someOf(names: readonly string[], named: number): string {
  const more = names.length - named;
  if (names.length === 0 || named === 0) return '';
  return more === 0 ? ` (${names.join(', ')})` : ` (${names.slice(0, named).join(', ')} +${more} more)`;
}
