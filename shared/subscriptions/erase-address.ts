import type { Address, AddressOf, Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { SubscriberRef, SubscriberRowStore } from '../store/subscriber-rows.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import { rowsOfPerson } from './export-person.ts';

export interface EraseDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly rows: Pick<SubscriberRowStore, 'replace' | 'refsOf' | 'walk' | 'forgetOwner'>;
  readonly hash: (address: Address) => string;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Erased {
  /** Rows that became tombstones. */
  readonly erased: number;
  /** Webhooks of this page whose owner's email this was. The webhooks stay. */
  readonly forgotten: number;
  readonly pages: readonly string[];
}

/**
 * Erases an address on one page, or on all. What stays of a row is its key, `h`, and that it may not be written to: a
 * suppression. Ledger and exceptions hold `h` only, and go after 90 days. May be repeated.
 */
export async function eraseAddress(
  deps: EraseDependencies,
  page: string,
  address: Address,
  { everywhere }: { readonly everywhere: boolean },
): Promise<Erased> {
  const { rows, owned } = await rowsOfPerson(deps, page, address, { everywhere });
  const at = deps.clock.now();
  const pages = new Set<string>();
  for (const row of rows) {
    if (await deps.rows.replace(tombstoneOf(row, at))) pages.add(row.page);
  }
  let forgotten = 0;
  for (const row of owned) if (await deps.rows.forgetOwner(row)) forgotten++;
  return { erased: pages.size, forgotten, pages: [...pages].sort() };
}

/**
 * A row of nobody: it tells nobody, is on no list, and keeps an import from writing to the address again. Its shape is that
 * of any row, so that nothing that reads rows has to know of it.
 */
function tombstoneOf({ page, channel, h }: SubscriberRef, at: Instant): Subscriber {
  return {
    page,
    channel,
    h,
    address: NO_ADDRESS[channel],
    state: 'unsubscribed',
    scope: { kind: 'selection', components: [], groups: [], incidents: [] },
    createdAt: at,
    unsubscribedAt: at,
  };
}

const NO_ADDRESS: { readonly [C in Address['channel']]: AddressOf<C> } = {
  email: { channel: 'email', email: '' },
  sms: { channel: 'sms', phone: '' },
  slack: { channel: 'slack', team: '', conversation: '' },
  webhook: { channel: 'webhook', url: '' },
};
