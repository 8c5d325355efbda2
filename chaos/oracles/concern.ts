import type { AcceptedUpdate } from '../../shared/domain/update.ts';
import type { Person, Wish } from '../world/people.ts';

export type Published = AcceptedUpdate;

/** `maybe`: they came, left or changed their mind around that time, and either is right. */
export type Concern = 'yes' | 'maybe' | 'no';

/**
 * Whether an update concerns a person, worked out from what the world knows and not by the product's rule: they wanted the whole
 * page, or a component that the incident had named by then.
 */
export function concernOf(
  { wishes, leaving }: Person,
  updates: readonly Published[],
  index: number,
): Concern {
  const { acceptedAt } = updates[index] ?? { acceptedAt: 0 };
  const since = wishes[0]?.from ?? Number.POSITIVE_INFINITY;
  if (since > acceptedAt) return 'no';
  if (leaving?.answered !== undefined && leaving.answered < acceptedAt) return 'no';
  const named = new Set(
    updates.slice(0, index + 1).flatMap(({ components }) => components.map(({ id }) => id)),
  );
  const wants = (to: Wish) => to === 'page' || to.some((component) => named.has(component));
  if (!wishes.some(({ to }) => wants(to))) return 'no';
  return leaving === undefined && wishes.every(({ to }) => wants(to)) ? 'yes' : 'maybe';
}
