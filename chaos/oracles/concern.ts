import type { AcceptedUpdate } from '../../shared/domain/update.ts';
import type { Person, Wish } from '../world/people.ts';

export type Published = AcceptedUpdate;

/** `maybe`: they came, left or changed their mind around that time, and either is right. */
export type Concern = 'yes' | 'maybe' | 'no';

/**
 * Whether somebody is to be told of an update, worked out from what the world knows and not by the product's rule: they wanted
 * the whole page, or a component that the incident had named by then; and those who hear of milestones only are told of the
 * first such update, of the end, and of what follows an end.
 */
export function concernOf(person: Person, updates: readonly Published[], index: number): Concern {
  const { wishes, leaving } = person;
  const { acceptedAt } = updates[index] ?? { acceptedAt: 0 };
  const since = wishes[0]?.from ?? Number.POSITIVE_INFINITY;
  // A later update may have been accepted earlier, by another process.
  if (since > Math.max(...updates.slice(0, index + 1).map((update) => update.acceptedAt))) return 'no';
  if (leaving?.answered !== undefined && leaving.answered < acceptedAt) return 'no';
  const named = new Set(
    updates.slice(0, index + 1).flatMap(({ components }) => components.map(({ id }) => id)),
  );
  const wants = (to: Wish) => to === 'page' || to.some((component) => named.has(component));
  if (!wishes.some(({ to }) => wants(to))) return 'no';
  if (person.lateUntil !== undefined && acceptedAt <= person.lateUntil) return 'maybe';
  if (leaving !== undefined || !wishes.every(({ to }) => wants(to))) return 'maybe';
  return person.detail === 'all' || isMilestoneFor(person, updates, index) ? 'yes' : 'no';
}

const OVER = ['resolved', 'postmortem', 'completed'];

/** For people whose wish and state never changed. */
function isMilestoneFor(person: Person, updates: readonly Published[], index: number): boolean {
  const status = updates[index]?.status ?? 'update';
  if (status === 'resolved' || status === 'completed') return true;
  const before = updates.slice(0, index).findLastIndex(({ notify }) => notify);
  const previous = updates[before];
  if (previous === undefined) return true;
  if (OVER.includes(previous.status) && !OVER.includes(status)) return true;
  return concernOf({ ...person, detail: 'all' }, updates, before) === 'no';
}
