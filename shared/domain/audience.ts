import { passes, standingAt } from './filters.ts';
import { type Incident, sequenceOf } from './incident.ts';
import type { Subscriber } from './subscriber.ts';
import type { AcceptedUpdate } from './update.ts';

/** Decides whether an update concerns a subscriber. */
export type Audience = (subscriber: Subscriber) => boolean;

/**
 * The audience of an update: the one rule of who is told, the same wherever it is asked.
 *
 * A subscriber is concerned when active, not paused, confirmed no later than the update's acceptance, and
 * - subscribed to this very incident, or
 * - subscribed to the whole page, or to a component (or its group) that this update or an earlier one of the
 *   incident named, with filters that the incident has met so far.
 *
 * Both look at the incident up to this update: whoever was told of trouble is told of its end, even when a later
 * update drops the component or calls the impact smaller.
 */
export function audienceOf(incident: Incident, update: AcceptedUpdate): Audience {
  const sequence = sequenceOf(incident, update.id);
  if (sequence === undefined) {
    throw new Error(`Expected update ${update.id} to have a place in incident ${incident.id}`);
  }
  const { components, groups } = touchedBy(incident, sequence);
  const standing = standingAt(incident, sequence);
  return ({ state, paused, confirmedAt, scope, filters }) => {
    if (state !== 'active' || paused === true) return false;
    if (confirmedAt === undefined || confirmedAt > update.acceptedAt) return false;
    if (scope.kind === 'selection' && scope.incidents.includes(incident.id)) return true;
    if (filters !== undefined && !passes(filters, standing)) return false;
    return (
      scope.kind === 'page' ||
      scope.components.some((id) => components.has(id)) ||
      scope.groups.some((id) => groups.has(id))
    );
  };
}

function touchedBy(incident: Incident, sequence: number) {
  const components = new Set<string>();
  const groups = new Set<string>();
  for (const { component, since, group } of incident.touched) {
    if (since > sequence) continue;
    components.add(component);
    if (group !== undefined) groups.add(group);
  }
  return { components, groups };
}
