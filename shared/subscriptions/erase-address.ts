import type { Address, AddressOf, Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { AttemptStore } from '../store/attempts.ts';
import type { SubscriberRowStore } from '../store/subscriber-rows.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import { rowsOfPerson } from './export-person.ts';
import { LASTING_CAUSES } from './lasting-causes.ts';

export interface EraseDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly rows: Pick<SubscriberRowStore, 'replace' | 'refsOf' | 'refsOwnedBy' | 'forgetOwner'>;
  readonly attempts: Pick<AttemptStore, 'forget'>;
  readonly hash: (address: Address) => string;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Erased {
  /** Rows that became tombstones. */
  readonly erased: number;
  /** Webhooks whose owner's email this was. The webhooks stay. */
  readonly forgotten: number;
  readonly pages: readonly string[];
}

/**
 * Erases an address on one page, or on all: its rows with the links that were out for them, the log of an endpoint's calls, and the
 * address where it stands as the owner's of a webhook. What stays of a row is its key, `h`, and that it may not be written
 * to: a suppression. Ledger and exceptions hold `h` only, and go after 90 days. May be repeated.
 */
export async function eraseAddress(
  deps: EraseDependencies,
  page: string,
  address: Address,
  { everywhere }: { readonly everywhere: boolean },
): Promise<Erased> {
  const { rows, owned } = await rowsOfPerson(deps, page, address, { everywhere });
  const pages = new Set<string>();
  for (const row of rows) if (await eraseRow(deps, row)) pages.add(row.page);
  let forgotten = 0;
  for (const row of owned) {
    if (row.ownerEmail !== undefined && (await deps.rows.forgetOwner(row, row.ownerEmail))) forgotten++;
  }
  return { erased: pages.size, forgotten, pages: [...pages].sort() };
}

/** Rounds of read and guarded write: each is lost only to another writer of the same row. */
const MAX_ROUNDS = 10;

/** The log goes first: when this is cut short the row is still found, and erasing again does the rest. */
async function eraseRow({ subscribers, rows, attempts, clock }: EraseDependencies, seen: Subscriber) {
  const { page, channel, h } = seen;
  if (channel === 'webhook') await attempts.forget(page, h);
  let row: Subscriber | undefined = seen;
  for (let round = 0; row !== undefined && round < MAX_ROUNDS; round++) {
    if (await rows.replace(tombstoneOf(row, clock.now()), row)) return true;
    row = await subscribers.get(page, channel, h);
  }
  if (row === undefined) return false;
  throw new Error(`Expected to erase a row within ${MAX_ROUNDS} rounds, got overtaken each time`);
}

/**
 * A row of nobody: it tells nobody, is on no list, and keeps an import from writing to the address again. Why it may never be
 * written to stays as well: erasing must not bring back who complained or sent STOP. Its shape is that of any row, so that
 * nothing that reads rows has to know of it.
 */
function tombstoneOf({ page, channel, h, quarantine }: Subscriber, at: Instant): Subscriber {
  return {
    page,
    channel,
    h,
    address: NO_ADDRESS[channel],
    state: 'unsubscribed',
    scope: { kind: 'selection', components: [], groups: [], incidents: [] },
    createdAt: at,
    unsubscribedAt: at,
    ...(quarantine && LASTING_CAUSES.includes(quarantine.cause) && { quarantine }),
  };
}

const NO_ADDRESS: { readonly [C in Address['channel']]: AddressOf<C> } = {
  email: { channel: 'email', email: '' },
  sms: { channel: 'sms', phone: '' },
  slack: { channel: 'slack', team: '', conversation: '' },
  webhook: { channel: 'webhook', url: '' },
};
