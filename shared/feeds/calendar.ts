import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { parseMarkdown } from '../channels/text/markdown.ts';
import { markdownPlain } from '../channels/text/plain.ts';
import { bodyOf, linkOf, pageNameOf, titleOf } from '../channels/text/wording.ts';
import type { Page } from '../domain/page.ts';
import { HOUR, SECOND } from '../domain/time.ts';
import type { PlannedWork } from './recent.ts';

/** Room for what matters: calendars show a few lines. */
const LONGEST_DESCRIPTION = 4_000;

/**
 * Planned work as iCalendar (RFC 5545), to subscribe to or to open once. An event keeps its UID whatever happens to it; its
 * SEQUENCE rises with every update, so a calendar that has it takes the new time; cancelled work stays in as CANCELLED,
 * because an event that is missing would stay where it was put.
 */
export function writeCalendar(
  page: Page,
  works: readonly PlannedWork[],
  name = pageNameOf({ page }),
): string {
  const calendar = ical({
    prodId: { company: 'incident-fanout', product: 'maintenance', language: 'EN' },
    name,
    method: ICalCalendarMethod.PUBLISH,
    // REFRESH-INTERVAL and X-PUBLISHED-TTL.
    ttl: HOUR / SECOND,
    url: page.url,
  });
  for (const { plan, announcement } of works) {
    const { incident } = announcement;
    const end = plan.scheduledUntil === undefined ? Number.NaN : Date.parse(plan.scheduledUntil);
    const text = markdownPlain(parseMarkdown(bodyOf(announcement)));
    calendar.createEvent({
      id: `${incident.id}.${page.id}@${URL.parse(page.url)?.hostname ?? 'localhost'}`,
      sequence: plan.revision,
      stamp: new Date(plan.changedAt),
      lastModified: new Date(plan.changedAt),
      start: new Date(plan.startsAt),
      // RFC 5545 3.6.1: an end is after the start, or there is none.
      ...(end > plan.startsAt && { end: new Date(end) }),
      summary: titleOf(announcement),
      description: text.slice(0, LONGEST_DESCRIPTION).toWellFormed(),
      // The library escapes it as a text, which an address is not (RFC 5545 3.3.13).
      url: linkOf(announcement).replace(/[;,\\]/g, encodeURIComponent),
      status: plan.phase === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      // Nobody is busy because of it.
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  }
  // The last line ends as all do (RFC 5545 3.1); the library leaves that to its caller.
  return `${calendar.toString()}\r\n`;
}
