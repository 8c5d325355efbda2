import { passes, standingAt } from './filters.ts';
import { type Incident, sequenceOf } from './incident.ts';
import { isMilestone, lastToldBefore } from './milestones.ts';
import type { Subscriber } from './subscriber.ts';
import type { Instant } from './time.ts';
import type { AcceptedUpdate } from './update.ts';

/** Decides whether an update concerns a subscriber. */
export type Audience = (subscriber: Subscriber) => boolean;

/**
 * The audience of an update: the one rule of who is told, the same wherever it is asked.
 *
 * A subscriber is told of what concerns them (`concernOf`). Who hears of milestones only, which is the way of SMS, is told of
 * the first update that concerns them, of those that reopen or end the incident, and of the statuses that the page counts;
 * an update between them simply does not match. Whoever was told of trouble is told of its end.
 */
export function audienceOf(incident: Incident, update: AcceptedUpdate): Audience {
  const concerned = concernOf(incident, update);
  if (isMilestone(incident, update)) return concerned;
  const before = lastToldBefore(incident, update);
  const concernedBefore = before && scopeAt(incident, before.sequence);
  return (subscriber) => {
    if (!concerned(subscriber)) return false;
    if (detailOf(subscriber) === 'all' || before === undefined || concernedBefore === undefined) return true;
    const cameLater = (subscriber.confirmedAt ?? 0) > agreedBy(incident, before.sequence);
    return cameLater || !concernedBefore(subscriber);
  };
}

/**
 * Whom an update is about, however much of it they want to hear.
 *
 * A subscriber is concerned when active, not paused, confirmed no later than the update's acceptance or that of one before it, and
 * - subscribed to this very incident, or
 * - subscribed to the whole page, or to a component (or its group) that this update or an earlier one of the
 *   incident named, with filters that the incident has met so far.
 *
 * Both look at the incident up to this update: who was concerned once is concerned until its end, even when a later
 * update drops the component or calls the impact smaller.
 */
export function concernOf(incident: Incident, update: AcceptedUpdate): Audience {
  const sequence = sequenceOf(incident, update.id);
  if (sequence === undefined) {
    throw new Error(`Expected update ${update.id} to have a place in incident ${incident.id}`);
  }
  const wanted = scopeAt(incident, sequence);
  const by = Math.max(update.acceptedAt, agreedBy(incident, sequence));
  return (subscriber) => {
    const { state, paused, confirmedAt } = subscriber;
    if (state !== 'active' || paused === true) return false;
    return confirmedAt !== undefined && confirmedAt <= by && wanted(subscriber);
  };
}

/**
 * When somebody must have agreed to be told of the update of this sequence number. Clocks differ, so a later update may have been accepted
 * earlier; whoever is told of the one before is told of it all the same. Incidents from before steps were noted know nothing of it.
 */
export function agreedBy({ steps = [] }: Incident, sequence: number): Instant {
  return steps.slice(0, sequence).reduce((latest, { acceptedAt }) => Math.max(latest, acceptedAt), 0);
}

/** Whose scope and filters the incident had met with the update of this sequence number. */
function scopeAt(incident: Incident, sequence: number): Audience {
  const { components, groups } = touchedBy(incident, sequence);
  const standing = standingAt(incident, sequence);
  return ({ scope, filters }) => {
    if (scope.kind === 'selection' && scope.incidents.includes(incident.id)) return true;
    if (filters !== undefined && !passes(filters, standing)) return false;
    return (
      scope.kind === 'page' ||
      scope.components.some((id) => components.has(id)) ||
      scope.groups.some((id) => groups.has(id))
    );
  };
}

function detailOf({ channel, filters }: Subscriber) {
  return filters?.detail ?? (channel === 'sms' ? 'milestones' : 'all');
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
