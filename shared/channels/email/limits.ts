import type { AffectedComponent } from '../../domain/update.ts';
import type { Announcement } from '../channel.ts';
import { componentsAsOf } from '../text/wording.ts';

/** Gmail cuts a message off at about 102 kB of HTML: body and components together stay below it. */
export const LONGEST_HTML_BYTES = 100_000;
export const LONGEST_BODY = 20_000;
export const MOST_COMPONENTS = 60;

/** Longest subject, in UTF-16 units. */
export const LONGEST_SUBJECT = 120;

/** What this update says of components; when it says nothing, as a postmortem may, how all of them stand. */
export function shownComponents(announcement: Announcement): readonly AffectedComponent[] {
  const said = announcement.update.components;
  return said.length > 0 ? said : componentsAsOf(announcement);
}
