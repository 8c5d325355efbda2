import { CHANNELS, type Channel } from './channel.ts';
import { impactOfStep } from './filters.ts';
import { chunkCount } from './hash-range.ts';
import type { Incident, Touch } from './incident.ts';
import { DEFAULT_MILESTONES, stepOf } from './milestones.ts';
import type { Page } from './page.ts';
import { isTimely, planWith } from './plan.ts';
import type { Impact, UpdateStatus } from './status.ts';
import { type AcceptedUpdate, type AffectedComponent, tellsAnybody, type Update } from './update.ts';

/**
 * How an update comes into its incident, in three steps that may each be the last before a crash: it is
 * announced in the incident, stored, and placed. Only the stored are placed; whoever places one places all that are
 * stored by then, in the order of their announcements: who was answered comes before all that are stored later.
 */

/** Subscribers of a page by channel: balances chunks and decides nothing else. */
export type SubscriberCounts = Readonly<Partial<Record<Channel, number>>>;

/** The incident with `update` announced; unchanged when it is announced or placed already. */
export function announce(incident: Incident | undefined, update: Update): Incident {
  const known = incident ?? newIncident(update);
  if (known.arriving.includes(update.id) || known.history.includes(update.id)) return known;
  return { ...known, arriving: [...known.arriving, update.id] };
}

/** The incident without the announcement of an update that has no place in it: stored elsewhere, or a reminder too late. */
export function withdraw(incident: Incident, updateId: string): Incident {
  return { ...incident, arriving: incident.arriving.filter((id) => id !== updateId) };
}

/** What an incident takes over from its page: the first two with its first update, and keeps; reminders with each. */
export interface Fixed {
  readonly chunks: Incident['chunks'];
  readonly milestones: readonly UpdateStatus[];
  /** Minutes before the start of planned work. */
  readonly reminders?: readonly number[];
}

/**
 * The incident with a stored update in its place: at the end of `history`. Unchanged when it has its place. A reminder
 * that the work has moved or begun before gets none, and nobody is told of it: this is where that is decided.
 */
export function place(incident: Incident, update: AcceptedUpdate, fixed: Fixed): Incident {
  if (incident.history.includes(update.id)) return incident;
  if (update.reminder !== undefined && !isTimely(incident.plan, update.reminder))
    return withdraw(incident, update.id);
  const first = incident.history.length === 0;
  const facts = { ...incident.facts, ...update.incident };
  const { plan: before, ...rest } = incident;
  const plan = planWith(before, facts, update, fixed.reminders);
  return {
    ...rest,
    ...(plan && { plan }),
    title: first ? update.incident.name : incident.title,
    facts,
    status: update.status,
    components: mergeComponents(incident.components, update.components),
    touched: touch(incident.touched, update.components, incident.history.length + 1),
    history: [...incident.history, update.id],
    impacts: [...impactsOf(incident), impactOfStep(facts, update.status)],
    arriving: incident.arriving.filter((id) => id !== update.id),
    open: tellsAnybody(update) ? [...incident.open, update.id] : incident.open,
    chunks: first ? fixed.chunks : incident.chunks,
    ...milestonesOf(first ? { ...incident, milestones: fixed.milestones } : incident, update),
  };
}

/**
 * An item ends at 400 KB, and an incident that has outgrown it takes no update any more, its end neither. As JSON it is longer than DynamoDB
 * counts; the rest is for others that are announced in the same moment.
 */
const MOST_BYTES = 380_000;

/** Whether an incident can take an update in. Thousands of components, or hundreds with long names in each of many updates, are too much. */
export function hasRoomFor(incident: Incident, update: AcceptedUpdate): boolean {
  const placed = place(incident, update, { chunks: incident.chunks, milestones: [] });
  return new TextEncoder().encode(JSON.stringify(placed)).length <= MOST_BYTES;
}

/** The incident once nothing of an update is left to do. Unchanged when it was closed already. */
export function close(incident: Incident, updateId: string): Incident {
  if (!incident.open.includes(updateId)) return incident;
  return { ...incident, open: incident.open.filter((id) => id !== updateId) };
}

/** Chunks per channel for a page of this size; none on channels that are switched off. */
export function planChunks(
  counts: SubscriberCounts,
  rowsPerChunk: Readonly<Record<Channel, number>>,
  channels: readonly Channel[],
): Record<Channel, number> {
  const chunks: Record<Channel, number> = { email: 0, sms: 0, slack: 0, webhook: 0 };
  for (const channel of CHANNELS) {
    if (channels.includes(channel)) chunks[channel] = chunkCount(counts[channel] ?? 0, rowsPerChunk[channel]);
  }
  return chunks;
}

/** What a page says that its next incident keeps. */
export function milestonesFor({ milestones }: Page): readonly UpdateStatus[] {
  return milestones ?? DEFAULT_MILESTONES;
}

/** The update with every component's group filled in from the page's catalogue where the publisher gave none. */
export function withGroups<U extends Update>(update: U, page: Page): U {
  const groups = new Map(page.components.map((component) => [component.id, component.group]));
  const components = update.components.map((component) => {
    const group = component.group ?? groups.get(component.id);
    return group === undefined ? component : { ...component, group };
  });
  return { ...update, components };
}

function newIncident(update: Update): Incident {
  return {
    page: update.page,
    id: update.incident.id,
    title: update.incident.name,
    facts: update.incident,
    status: update.status,
    components: [],
    touched: [],
    history: [],
    arriving: [],
    open: [],
    chunks: { email: 0, sms: 0, slack: 0, webhook: 0 },
  };
}

function milestonesOf(
  { milestones, steps = [] }: Incident,
  update: AcceptedUpdate,
): Pick<Incident, 'milestones' | 'steps'> {
  return milestones === undefined ? {} : { milestones, steps: [...steps, stepOf(update)] };
}

function impactsOf({ impacts, history, facts, status }: Incident): readonly Impact[] {
  return impacts ?? history.map(() => impactOfStep(facts, status));
}

function mergeComponents(
  known: readonly AffectedComponent[],
  named: readonly AffectedComponent[],
): readonly AffectedComponent[] {
  const merged = new Map(known.map((component) => [component.id, component]));
  for (const component of named) merged.set(component.id, component);
  return [...merged.values()];
}

function touch(
  touched: readonly Touch[],
  named: readonly AffectedComponent[],
  sequence: number,
): readonly Touch[] {
  const known = new Set(touched.map(({ component }) => component));
  const added = named.filter(({ id }) => !known.has(id));
  return [
    ...touched,
    ...added.map(({ id, group }) => ({ component: id, since: sequence, ...(group && { group: group.id }) })),
  ];
}
