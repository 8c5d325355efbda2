import type { Page } from '../domain/page.ts';
import { type Address, isUnproven, type Scope, type Subscriber } from '../domain/subscriber.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PageStore } from '../store/pages.ts';
import type { SubscriberStore } from '../store/subscribers.ts';

export interface AddSubscriberDependencies {
  readonly pages: Pick<PageStore, 'countSubscriber'>;
  readonly subscribers: Pick<SubscriberStore, 'get' | 'put'>;
  readonly hash: (address: Address) => string;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Added {
  readonly subscriber: Subscriber;
  readonly isNew: boolean;
}

/**
 * Adds a subscriber as the operator, who answers for their consent: active at once. An address that is there already
 * gets the new scope and keeps its past. Who has left or is quarantined stays so: only they can come back.
 */
export async function addSubscriber(
  deps: AddSubscriberDependencies,
  page: Page,
  wanted: { readonly address: Address; readonly format?: string },
  scope: Scope,
): Promise<Added> {
  const { address, format } = wanted;
  const { channel } = address;
  const h = deps.hash(address);
  const now = deps.clock.now();
  const known = await deps.subscribers.get(page.id, channel, h);
  // Pending again after leaving: still theirs alone to confirm.
  const isTheirs = known?.state === 'pending' && known.unsubscribedAt !== undefined;
  if (known !== undefined && ((known.state !== 'active' && known.state !== 'pending') || isTheirs)) {
    return { subscriber: known, isNew: false };
  }
  // What a stranger typed into a form is no past: an owner whom they named would be sent the links that show the secret.
  const past = known && isUnproven(known) ? undefined : known;
  const { pendingUntil: _until, ...kept } = past ?? {};
  const subscriber: Subscriber = {
    ...kept,
    page: page.id,
    channel,
    h,
    address,
    state: 'active',
    scope,
    createdAt: known?.createdAt ?? now,
    confirmedAt: past?.confirmedAt ?? now,
    ...(channel === 'webhook' && { secretVersions: known?.secretVersions ?? [1] }),
    ...(format !== undefined && { format }),
  };
  const written = await deps.subscribers.put(subscriber);
  // Refused: left between the read and the write. Read again, it is what its owner made it.
  if (written === 'refused') return addSubscriber(deps, page, wanted, scope);
  const isNew = written === 'new';
  if (known?.confirmedAt === undefined) await deps.pages.countSubscriber(page.id, channel);
  return { subscriber, isNew };
}

/** Names in a scope that the page does not know, as paths of the request's fields. Incidents may be yet to come. */
export function unknownNames(page: Page, scope: Scope): readonly string[] {
  if (scope.kind === 'page') return [];
  const components = new Set(page.components.map(({ id }) => id));
  const groups = new Set(page.components.flatMap(({ group }) => (group ? [group.id] : [])));
  return [
    ...scope.components.flatMap((id, index) => (components.has(id) ? [] : [`components.${index}`])),
    ...scope.groups.flatMap((id, index) => (groups.has(id) ? [] : [`groups.${index}`])),
  ];
}
