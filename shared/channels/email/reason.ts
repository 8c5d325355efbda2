import type { GroupRef } from '../../domain/page.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { Announcement } from '../channel.ts';
import { cleanLine } from '../text/clean.ts';
import { shorten } from '../text/shorten.ts';
import { pageNameOf, titleOf } from '../text/wording.ts';

/** Names that are told before the rest is counted. */
const NAMED = 3;

/**
 * Why this person gets this mail, to stand behind "You get this email because ": what they follow of what is affected.
 *
 * It is the one variable of the template that holds names, and nobody promises that SES escapes variables: so it has no
 * character that means anything in HTML, and stands in both parts as it is.
 */
export function reasonFor(announcement: Announcement, subscriber: Subscriber<'email'>): string {
  return withoutMarkup(reason(announcement, subscriber));
}

function reason(announcement: Announcement, { scope }: Subscriber<'email'>): string {
  const page = pageNameOf(announcement);
  if (scope.kind === 'page') return `you follow all updates of ${page}.`;
  const affected = [...announcement.incident.components, ...announcement.update.components];
  const known = [...affected, ...announcement.page.components];
  const names = [
    ...scope.groups.map((id) => nameOf(id, groupsOf(known), groupsOf(affected))),
    ...scope.components.map((id) => nameOf(id, known, affected)),
  ].filter((name) => name !== undefined);
  const relevant = names.filter(({ affected: isAffected }) => isAffected);
  const follow = (relevant.length > 0 ? relevant : names).map(({ name }) => shorten(cleanLine(name), 60));
  if (follow.length > 0) return `you follow ${listed(follow)} of ${page}.`;
  if (scope.incidents.includes(announcement.incident.id)) return `you follow “${titleOf(announcement)}”.`;
  return `you subscribed to ${page}.`;
}

function nameOf(
  id: string,
  known: readonly GroupRef[],
  affected: readonly GroupRef[],
): { name: string; affected: boolean } | undefined {
  const name = known.find((one) => one.id === id)?.name;
  return name === undefined ? undefined : { name, affected: affected.some((one) => one.id === id) };
}

function groupsOf(components: readonly { readonly group?: GroupRef }[]): GroupRef[] {
  return components.flatMap(({ group }) => (group === undefined ? [] : [group]));
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  if (more > 0) return `${names.slice(0, NAMED).join(', ')} and ${more} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const HARMLESS: Readonly<Record<string, string>> = {
  '&': '＆',
  '<': '‹',
  '>': '›',
  '"': '”',
  "'": '’',
  '{': '(',
  '}': ')',
  '`': '’',
  '\\': '/',
};

function withoutMarkup(text: string): string {
  return text.replace(/[&<>"'{}`\\]/g, (character) => HARMLESS[character] ?? '');
}
