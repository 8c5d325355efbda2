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
  const subscriber: Subscriber = {
    page: page.id,
    channel,
    h,
    address,
    state: 'active',
    scope,
    createdAt: known?.createdAt ?? now,
    confirmedAt: known?.confirmedAt ?? now,
    ...(channel === 'webhook' && endpointOf(known, format)),
  };
  const written = await deps.subscribers.put(subscriber);
  // Refused: left between the read and the write. Read again, it is what its owner made it.
  if (written === 'refused') return addSubscriber(deps, page, wanted, scope);
  const isNew = written === 'new';
  if (isNew) await deps.pages.countSubscriber(page.id, channel);
  return { subscriber, isNew };
}

/**
 * What an endpoint keeps when it is added again: its secrets, its owner, its format unless another is named. An owner who has yet to agree
 * is none: they would be sent the links that show the secret.
 */
function endpointOf(known: Subscriber | undefined, format: string | undefined): Partial<Subscriber> {
  const { secretVersions = [1] } = known ?? {};
  const {
    retiringSecret,
    signsByKeyPair,
    ownerEmail,
    format: before,
  } = known && !isUnproven(known) ? known : {};
  const chosen = format ?? before;
  return {
    secretVersions,
    ...(retiringSecret && { retiringSecret }),
    ...(signsByKeyPair && { signsByKeyPair }),
    ...(ownerEmail !== undefined && { ownerEmail }),
    ...(chosen !== undefined && { format: chosen }),
  };
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
