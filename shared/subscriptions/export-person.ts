import type { Address, Subscriber } from '../domain/subscriber.ts';
import type { SubscriberRowStore } from '../store/subscriber-rows.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import { contactOf } from './list-contact.ts';

export interface PersonDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly rows: Pick<SubscriberRowStore, 'refsOf' | 'refsOwnedBy'>;
  readonly hash: (address: Address) => string;
}

export interface PersonRows {
  /** Subscriptions of the address itself. */
  readonly rows: readonly Subscriber[];
  /** Webhooks that name the address as their owner's. */
  readonly owned: readonly Subscriber[];
}

/**
 * Every row that holds an address, on this page or on all: its subscriptions in whatever state, and the webhooks that it owns. The
 * subscription on this page is read itself; the indexes that know the others may be a second behind.
 */
export async function rowsOfPerson(
  { subscribers, rows, hash }: PersonDependencies,
  page: string,
  address: Address,
  { everywhere }: { readonly everywhere: boolean },
): Promise<PersonRows> {
  const h = hash(address);
  const [known, owned] = await Promise.all([
    everywhere ? rows.refsOf(h) : [],
    address.channel === 'email' ? rows.refsOwnedBy(address.email) : [],
  ]);
  const read = (refs: typeof known) =>
    Promise.all(refs.map((ref) => subscribers.get(ref.page, ref.channel, ref.h)));
  const here = { page, channel: address.channel, h };
  const [own, theirs] = await Promise.all([
    read([here, ...known.filter((ref) => ref.page !== page)]),
    read(owned.filter((ref) => everywhere || ref.page === page)),
  ]);
  return {
    rows: own.flatMap((row) => (row && contactOf(row.address) !== '' ? [row] : [])),
    // Read anew: the index may not know yet that another owner took over.
    owned: theirs.flatMap((row) =>
      row && address.channel === 'email' && row.ownerEmail === address.email ? [row] : [],
    ),
  };
}
