import { type Incident, type Step, sequenceOf } from './incident.ts';
import { movedFrom } from './plan.ts';
import { endsIncident, type UpdateStatus } from './status.ts';
import { type AcceptedUpdate, tellsAnybody } from './update.ts';

/** How much of an incident somebody hears of. */
export const DETAILS = ['all', 'milestones'] as const;
export type Detail = (typeof DETAILS)[number];

/**
 * Statuses that are milestones of an incident where the page says nothing else: when a maintenance starts. Beginning, reopening
 * and end always are, whatever the page says.
 */
export const DEFAULT_MILESTONES: readonly UpdateStatus[] = ['in_progress'];

const ENDS: ReadonlySet<UpdateStatus> = new Set(['resolved', 'completed', 'cancelled']);

export function stepOf(update: AcceptedUpdate): Step {
  return { status: update.status, acceptedAt: update.acceptedAt, tells: tellsAnybody(update) };
}

/**
 * Whether an update is a milestone for everybody: the end (resolved, completed, cancelled), planned work
 * that was moved, an incident that was over and is not any more, or
 * a status that the page counts. That it is the first that somebody hears of is another matter: see `audienceOf`.
 */
export function isMilestone(incident: Incident, update: AcceptedUpdate): boolean {
  const { milestones } = incident;
  if (milestones === undefined) return true;
  const { status } = update;
  if (ENDS.has(status) || milestones.includes(status)) return true;
  if (movedFrom(incident.plan, update.id) !== undefined) return true;
  const before = lastToldBefore(incident, update);
  return before !== undefined && endsIncident(before.step.status) && !endsIncident(status);
}

/** The newest update before this one that told anybody, with its place. */
export function lastToldBefore(
  incident: Incident,
  update: AcceptedUpdate,
): { readonly step: Step; readonly sequence: number } | undefined {
  const place = (sequenceOf(incident, update.id) ?? 1) - 1;
  const earlier = incident.steps?.slice(0, place) ?? [];
  const index = earlier.findLastIndex(({ tells }) => tells);
  const step = earlier[index];
  return step && { step, sequence: index + 1 };
}
