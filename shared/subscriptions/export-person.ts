import type { Address, Subscriber } from '../domain/subscriber.ts';
import type { SubscriberRowStore } from '../store/subscriber-rows.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import { contactOf } from './list-contact.ts';

export interface PersonDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly rows: Pick<SubscriberRowStore, 'refsOf' | 'walk'>;
  readonly hash: (address: Address) => string;
}

export interface PersonRows {
  /** Subscriptions of the address itself. */
  readonly rows: readonly Subscriber[];
  /** Webhooks of this page that name the address as their owner's. */
  readonly owned: readonly Subscriber[];
}

/**
 * Everything that is held on an address: its rows on this page, or on all pages, and the webhooks of this page that it owns.
 * The row of this page is read itself; the index that knows the other pages may be a second behind. Webhooks are looked
 * through one by one.
 */
export async function rowsOfPerson(
  deps: PersonDependencies,
  page: string,
  address: Address,
  { everywhere }: { readonly everywhere: boolean },
): Promise<PersonRows> {
  const h = deps.hash(address);
  const here = { page, channel: address.channel, h };
  const elsewhere = everywhere ? (await deps.rows.refsOf(h)).filter((ref) => ref.page !== page) : [];
  const found = await Promise.all(
    [here, ...elsewhere].map((ref) => deps.subscribers.get(ref.page, ref.channel, ref.h)),
  );
  const rows = found.flatMap((row) => (row && contactOf(row.address) !== '' ? [row] : []));
  if (address.channel !== 'email') return { rows, owned: [] };
  const owned: Subscriber[] = [];
  for await (const row of deps.rows.walk(page, 'webhook')) {
    if (row.ownerEmail === address.email) owned.push(row);
  }
  return { rows, owned };
}
