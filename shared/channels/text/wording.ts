/** The words that all channels share, made from an announcement: one place, so that they never disagree. */
import type { GroupRef } from '../../domain/page.ts';
import { componentLabel, endsIncident, type Impact, updateLabel } from '../../domain/status.ts';
import type { AffectedComponent } from '../../domain/update.ts';
import type { Announcement } from '../channel.ts';
import { cleanLine, cleanLines } from './clean.ts';
import { parseMarkdown } from './markdown.ts';
import { markdownPlain } from './plain.ts';
import { shorten } from './shorten.ts';
import { sameUtcDay, utcSpan, utcTime, utcTimeOfDay } from './utc.ts';

/** Longest title that is shown anywhere, in UTF-16 units. */
const LONGEST_TITLE = 150;

/** The incident's title in one clean line. The first title, for the whole life of the incident. */
export function titleOf({ incident }: Announcement): string {
  return shorten(cleanLine(incident.title), LONGEST_TITLE) || 'Incident';
}

/** The page's name in one clean line. */
export function pageNameOf({ page }: Announcement): string {
  return shorten(cleanLine(page.name), 80) || 'Status';
}

/** What the update says of the incident, in a word or two: `Resolved`. */
export function stateOf({ update }: Announcement): string {
  return updateLabel(update.status);
}

/** `Resolved: Major downtime` */
export function headlineOf(announcement: Announcement): string {
  return `${stateOf(announcement)}: ${titleOf(announcement)}`;
}

/** The body as clean text, Markdown marks included. Empty when the publisher wrote none. */
export function bodyOf({ update }: Announcement): string {
  return cleanLines(update.body);
}

/** The first words of the body without Markdown, in one line: previews and notifications. */
export function summaryOf(announcement: Announcement, max: number): string {
  return shorten(cleanLine(markdownPlain(parseMarkdown(bodyOf(announcement).slice(0, 2_000)))), max);
}

const IMPACTS: Readonly<Record<Impact, string | undefined>> = {
  none: undefined,
  minor: 'Minor impact',
  major: 'Major impact',
  critical: 'Critical impact',
  maintenance: undefined,
};

/** `Critical impact`, or undefined where there is nothing to say. */
export function impactOf({ update }: Announcement): string | undefined {
  return IMPACTS[update.incident.impact];
}

/** When the maintenance is planned, or when the incident began. Undefined when neither is known. */
export function periodOf({ update }: Announcement): string | undefined {
  const { scheduledFor, scheduledUntil, startedAt } = update.incident;
  if (scheduledFor !== undefined) {
    return scheduledUntil === undefined
      ? `Planned for ${utcTime(scheduledFor)}`
      : `Planned for ${utcSpan(scheduledFor, scheduledUntil)}`;
  }
  if (startedAt === undefined || utcTime(startedAt) === utcTime(update.publishedAt)) return undefined;
  return `Started ${sameUtcDay(startedAt, update.publishedAt) ? utcTimeOfDay(startedAt) : utcTime(startedAt)}`;
}

/** Where to read on: the incident's own address, else the page's. */
export function linkOf({ page, update }: Announcement): string {
  return webAddress(update.incident.url) ?? webAddress(page.url) ?? page.url;
}

function webAddress(address: string | undefined): string | undefined {
  const url = address === undefined ? null : URL.parse(address);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
}

/** Components of one group, under its name; `undefined` holds those without a group. */
export interface ComponentGroup {
  readonly name: string | undefined;
  readonly components: readonly AffectedComponent[];
}

/** Components by group, groups and components in order of first appearance. Names are clean. */
export function byGroup(components: readonly AffectedComponent[]): ComponentGroup[] {
  const groups = new Map<
    string | undefined,
    { group: GroupRef | undefined; components: AffectedComponent[] }
  >();
  for (const component of components) {
    const key = component.group?.id;
    const entry = groups.get(key) ?? { group: component.group, components: [] };
    entry.components.push({ ...component, name: shorten(cleanLine(component.name), 100) || component.id });
    groups.set(key, entry);
  }
  return [...groups.values()].map(({ group, components: members }) => ({
    name: group === undefined ? undefined : shorten(cleanLine(group.name), 100) || group.id,
    components: members,
  }));
}

/**
 * The components as they stand with this update: every one that the incident has touched while the update is the newest;
 * what the update itself says when the incident has moved on, so that an old state is never shown with new components.
 */
export function componentsAsOf({ incident, update }: Announcement): readonly AffectedComponent[] {
  const newest = incident.history.at(-1) === update.id;
  return newest && incident.components.length > 0 ? incident.components : update.components;
}

/** `Major outage → Operational`, or the one status when it did not change or the old one is unknown. */
export function transitionOf({ oldStatus, newStatus }: AffectedComponent): string {
  return oldStatus === undefined || oldStatus === newStatus
    ? componentLabel(newStatus)
    : `${componentLabel(oldStatus)} → ${componentLabel(newStatus)}`;
}

/** What a state means for the colour that goes with its word. */
export type Tone = 'good' | 'planned' | 'watch' | 'bad';

export function toneOf({ update }: Announcement): Tone {
  if (endsIncident(update.status)) return 'good';
  if (update.incident.impact === 'maintenance' || update.incident.scheduledFor !== undefined)
    return 'planned';
  return update.status === 'monitoring' || update.status === 'verifying' ? 'watch' : 'bad';
}
