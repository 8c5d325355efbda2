import { type Incident, sequenceOf } from './incident.ts';
import type { Subscriber } from './subscriber.ts';
import type { AcceptedUpdate } from './update.ts';

/** Decides whether an update concerns a subscriber. */
export type Audience = (subscriber: Subscriber) => boolean;

/**
 * The audience of an update: the one rule of who is told, the same wherever it is asked.
 *
 * A subscriber is concerned when active, confirmed no later than the update's acceptance, and subscribed to the
 * whole page, to this incident, or to a component (or its group) that this update or an earlier one of the
 * incident named: whoever was told of trouble is told of its end, even when a later update drops the component.
 */
export function audienceOf(incident: Incident, update: AcceptedUpdate): Audience {
  const { components, groups } = touchedBy(incident, update);
  return ({ state, confirmedAt, scope }) => {
    if (state !== 'active' || confirmedAt === undefined || confirmedAt > update.acceptedAt) return false;
    if (scope.kind === 'page') return true;
    return (
      scope.components.some((id) => components.has(id)) ||
      scope.groups.some((id) => groups.has(id)) ||
      scope.incidents.includes(incident.id)
    );
  };
}

function touchedBy(incident: Incident, update: AcceptedUpdate) {
  const sequence = sequenceOf(incident, update.id);
  if (sequence === undefined) {
    throw new Error(`Expected update ${update.id} to have a place in incident ${incident.id}`);
  }
  const components = new Set<string>();
  const groups = new Set<string>();
  for (const [id, touch] of Object.entries(incident.touched)) {
    if (touch.since > sequence) continue;
    components.add(id);
    if (touch.group !== undefined) groups.add(touch.group);
  }
  return { components, groups };
}
