import type { Page } from '../domain/page.ts';
import { type Address, isLapsed, isUnproven, type Scope, type Subscriber } from '../domain/subscriber.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PageStore } from '../store/pages.ts';
import type { SubscriberRowStore } from '../store/subscriber-rows.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import { type Confirmations, isAsked, questionFor } from './ask-to-confirm.ts';

export interface ImportDependencies {
  readonly pages: Pick<PageStore, 'countSubscriber'>;
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly rows: Pick<SubscriberRowStore, 'putIf' | 'revise'>;
  readonly hash: (address: Address) => string;
  readonly confirmations: Confirmations;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Wanted {
  readonly address: Address;
  /** What they are to hear of, given what they hear of now. */
  readonly scope: (known: Scope | undefined) => Scope;
  /** The operator answers for the consent: active at once. Otherwise the owner is asked. */
  readonly hasConsent: boolean;
  readonly source: 'operator' | 'import';
  /** Who is told of a webhook's trouble. */
  readonly ownerEmail?: string;
  /** What a webhook's calls look like, when it is not the usual. */
  readonly format?: string;
}

export type Imported =
  /** `asked`: a message that asks the owner is on its way; `false` when the queue would not have it. */
  | {
      readonly kind: 'stored';
      readonly subscriber: Subscriber;
      readonly isNew: boolean;
      readonly asked?: boolean;
    }
  /** They have left, or are in quarantine: nothing was changed, for only they can come back. */
  | { readonly kind: 'kept'; readonly subscriber: Subscriber };

/** Rounds of read and guarded write: each is lost only to another writer of the same row. */
const MAX_ROUNDS = 10;

/**
 * Adds a subscriber as Statuspage does, or gives a known one another scope. May be repeated: the same again changes
 * nothing and asks nobody twice while an open confirmation is with them. Never brings back who left a moment ago, because the
 * row is only written in the state that it was read in.
 */
export async function importSubscriber(
  deps: ImportDependencies,
  page: Page,
  wanted: Wanted,
): Promise<Imported> {
  const { address } = wanted;
  const h = deps.hash(address);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const known = await deps.subscribers.get(page.id, address.channel, h);
    if (known !== undefined && isTheirs(known)) return { kind: 'kept', subscriber: known };
    const now = deps.clock.now();
    const subscriber = merge(page.id, h, wanted, known, now);
    const isNew = known === undefined;
    const isWritten = isNew
      ? await deps.rows.putIf(subscriber, 'absent')
      : await deps.rows.revise(known, subscriber);
    if (!isWritten) continue;
    // Whoever is asked is counted when they agree.
    if (subscriber.state === 'active' && known?.confirmedAt === undefined) {
      await deps.pages.countSubscriber(page.id, address.channel);
    }
    if (subscriber.state !== 'pending' || isAsked(subscriber, now)) {
      return { kind: 'stored', subscriber, isNew };
    }
    const refused = await deps.confirmations.send([questionFor(subscriber)]);
    return { kind: 'stored', subscriber, isNew, asked: refused === 0 };
  }
  throw new Error(`Expected to write a subscriber within ${MAX_ROUNDS} rounds, got overtaken each time`);
}

function merge(
  page: string,
  h: string,
  { address, scope, hasConsent, source, ownerEmail, format }: Wanted,
  known: Subscriber | undefined,
  now: number,
): Subscriber {
  const isActive = hasConsent || known?.state === 'active';
  // The operator's word stands in for the owner's, and not for that of whoever typed the address into a form.
  const isNobodys = known && (isLapsed(known, now) || (hasConsent && isUnproven(known)));
  const past = isNobodys ? undefined : known;
  const { pendingUntil, ...kept } = past ?? { source, pendingUntil: undefined };
  return {
    ...kept,
    page,
    channel: address.channel,
    h,
    address,
    state: isActive ? 'active' : 'pending',
    scope: scope(past?.scope),
    createdAt: known?.createdAt ?? now,
    // Pending without end: the operator may ask again at any time. What the owner began keeps its end.
    ...(isActive
      ? { confirmedAt: past?.confirmedAt ?? now }
      : pendingUntil !== undefined && { pendingUntil }),
    ...(address.channel === 'webhook' && { secretVersions: known?.secretVersions ?? [1] }),
    ...(ownerEmail !== undefined && { ownerEmail }),
    ...(format !== undefined && { format }),
  };
}

/** Only the owner may change this: they left, perhaps are about to come back, or their address failed. */
function isTheirs({ state, unsubscribedAt }: Subscriber): boolean {
  return (
    state === 'unsubscribed' ||
    state === 'quarantined' ||
    (state === 'pending' && unsubscribedAt !== undefined)
  );
}
