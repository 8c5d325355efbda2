/** The words that all channels share, made from an announcement: one place, so that they never disagree. */
import type { GroupRef } from '../../domain/page.ts';
import { movedFrom, type Schedule } from '../../domain/plan.ts';
import {
  componentLabel,
  endsIncident,
  type Impact,
  type UpdateStatus,
  updateLabel,
} from '../../domain/status.ts';
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
export function pageNameOf({ page }: Pick<Announcement, 'page'>): string {
  return shorten(cleanLine(page.name), 80) || 'Status';
}

/** What the update says of the incident, in a word or two: `Resolved`; of planned work also `Reminder` and `Rescheduled`. */
export function stateOf(announcement: Announcement): string {
  const { update } = announcement;
  if (update.reminder !== undefined) return 'Reminder';
  return scheduleBefore(announcement) === undefined ? updateLabel(update.status) : 'Rescheduled';
}

/** What was planned until this update moved the work that is still to come. Undefined when it did not. */
export function scheduleBefore({ incident, update }: Announcement): Schedule | undefined {
  const isStillToCome = update.status === 'scheduled' || update.status === 'update';
  return isStillToCome ? movedFrom(incident.plan, update.id) : undefined;
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

/** When the maintenance is planned and was before, or when the incident began. Undefined when neither is known. */
export function periodOf(announcement: Announcement): string | undefined {
  const { update } = announcement;
  const { scheduledFor, scheduledUntil, startedAt } = update.incident;
  if (scheduledFor !== undefined) {
    const before = scheduleBefore(announcement);
    const span = spanOf({ scheduledFor, ...(scheduledUntil !== undefined && { scheduledUntil }) });
    if (update.status === 'cancelled') return `Was planned for ${span}`;
    return before === undefined
      ? `Planned for ${span}`
      : `Now planned for ${span}, instead of ${spanOf(before)}`;
  }
  if (startedAt === undefined || utcTime(startedAt) === utcTime(update.publishedAt)) return undefined;
  return `Started ${sameUtcDay(startedAt, update.publishedAt) ? utcTimeOfDay(startedAt) : utcTime(startedAt)}`;
}

function spanOf({ scheduledFor, scheduledUntil }: Schedule): string {
  return scheduledUntil === undefined ? utcTime(scheduledFor) : utcSpan(scheduledFor, scheduledUntil);
}

/** The start of work that is still to come, or was until now, as people read it. Undefined for all that has begun. */
export function startToCome({ update }: Announcement): string | undefined {
  const { scheduledFor } = update.incident;
  const isToCome = update.status === 'scheduled' || update.status === 'cancelled';
  return isToCome && scheduledFor !== undefined ? utcTime(scheduledFor) : undefined;
}

/** Whether a calendar should hear of it: work that is still to come, was moved, or is not to come any more. */
export function concernsCalendars(announcement: Announcement): boolean {
  return startToCome(announcement) !== undefined || scheduleBefore(announcement) !== undefined;
}

/**
 * Whether everybody should notice, not only those who follow the incident: its end, and each step of planned work, which is
 * often days after the one before.
 */
export function standsOut({ update }: Announcement): boolean {
  return STANDS_OUT.has(update.status);
}

const STANDS_OUT: ReadonlySet<UpdateStatus> = new Set([
  'resolved',
  'scheduled',
  'in_progress',
  'completed',
  'cancelled',
]);

/** Where to read on: the incident's own address, else the page's. */
export function linkOf({ page, update }: Announcement): string {
  return webAddress(update.incident.url) ?? webAddress(page.url) ?? page.url;
}

/** An http or https address as its parser writes it, or undefined for anything else. */
export function webAddress(address: string | undefined): string | undefined {
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
  if (update.status === 'cancelled') return 'planned';
  if (endsIncident(update.status)) return 'good';
  if (update.incident.impact === 'maintenance' || update.incident.scheduledFor !== undefined)
    return 'planned';
  return update.status === 'monitoring' || update.status === 'verifying' ? 'watch' : 'bad';
}
