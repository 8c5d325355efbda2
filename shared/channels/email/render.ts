import type { Announcement } from '../channel.ts';
import { shorten } from '../text/shorten.ts';
import { concernsCalendars, pageNameOf, titleOf } from '../text/wording.ts';
import { LONGEST_SUBJECT } from './limits.ts';
import { renderHtml } from './render-html.ts';
import { literal, renderText } from './render-text.ts';

/** An email as a template that needs nothing but the three variables of `variables.ts`. */
export interface EmailTemplate {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * The email of an update, the same for all its recipients and for every call with the same announcement.
 *
 * `calendarUrl` is where the calendar entry of planned work is; it is linked while a calendar should hear of it.
 *
 * The subject is the same for all updates of an incident and does not name the state: Gmail threads by subject. The state is
 * the first word of the preview and of both parts.
 */
export function renderEmail(
  announcement: Announcement,
  postalAddress?: string,
  calendarUrl?: string,
): EmailTemplate {
  const calendar = concernsCalendars(announcement) ? calendarUrl : undefined;
  const subject = `[${pageNameOf(announcement)}] ${titleOf(announcement)}`;
  return {
    subject: literal(shorten(subject, LONGEST_SUBJECT)),
    text: renderText(announcement, postalAddress, calendar),
    html: renderHtml(announcement, postalAddress, calendar),
  };
}
