import { CHANNELS, type Channel } from '../domain/channel.ts';
import {
  type Address,
  type AddressHash,
  isLapsed,
  type Subscriber,
  type SubscriberState,
} from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { SubscriberRowStore } from '../store/subscriber-rows.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import { contactOf } from './list-contact.ts';
import { keyFor, type Order, type SortKey, smallest } from './list-order.ts';
import { isFound, type Search } from './list-search.ts';

export interface ListDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly rows: Pick<SubscriberRowStore, 'walk'>;
  readonly hash: (address: Address) => AddressHash;
}

/** Which subscribers of a page. */
export interface Filter {
  readonly channels: readonly Channel[];
  readonly states: readonly SubscriberState[];
  readonly search?: Search;
  /** Only those who asked for this incident by itself. */
  readonly incident?: string;
  /** Whoever had to confirm before this moment is nobody's subscriber. */
  readonly now: Instant;
}

/** The place of the last row of a list: the next one begins after it. */
export interface Cursor {
  readonly channel: Channel;
  readonly h: AddressHash;
}

export interface Slice {
  /** Rows to pass over; those before the cursor are neither read nor counted. */
  readonly skip: number;
  readonly limit: number;
  readonly after?: Cursor;
  /** Absent: the order in which rows are stored, which stays as it is and costs nothing. */
  readonly order?: Order;
}

/**
 * Part of a page's subscribers.
 *
 * In stored order it reads the rows up to the end of the slice and keeps the slice. In another order it reads all rows of the
 * channels asked for and keeps the keys of `skip + limit` of them. A search for a whole address that is there reads one row;
 * any other search reads all rows until the slice is full.
 */
export async function listSubscribers(
  deps: ListDependencies,
  page: string,
  filter: Filter,
  { skip, limit, after, order }: Slice,
): Promise<readonly Subscriber[]> {
  const exact = await findExact(deps, page, filter);
  if (exact !== undefined) return skip === 0 && after === undefined ? [exact] : [];
  const matching = walkMatching(deps, page, filter, { ...(after && { after }), most: skip + limit });
  if (order === undefined) return take(matching, skip, limit);

  const keys = smallest(skip + limit, order);
  for await (const row of matching) keys.add(keyFor(row, order, filter.search));
  const slice = keys.sorted().slice(skip);
  const found = await Promise.all(
    slice.map(({ ref }: SortKey) => deps.subscribers.get(page, ref.channel, ref.h)),
  );
  return found.flatMap((row) => (row ? [row] : []));
}

/** Every subscriber that the filter lets through, in stored order, one answer of the table in memory at a time. */
export async function* walkMatching(
  deps: Pick<ListDependencies, 'rows'>,
  page: string,
  filter: Filter,
  { after, most = Number.POSITIVE_INFINITY }: { readonly after?: Cursor; readonly most?: number } = {},
): AsyncGenerator<Subscriber> {
  // A short list in stored order should not read a megabyte per partition.
  const selective = filter.search !== undefined || filter.incident !== undefined;
  const rowsPerRead = selective || most > SHORT ? undefined : Math.max(most, 1);
  for (const channel of CHANNELS) {
    if (!filter.channels.includes(channel)) continue;
    if (after && CHANNELS.indexOf(channel) < CHANNELS.indexOf(after.channel)) continue;
    const walk = deps.rows.walk(page, channel, {
      ...(after?.channel === channel && { after: after.h }),
      ...(rowsPerRead !== undefined && { rowsPerRead }),
    });
    for await (const row of walk) if (isWanted(row, filter)) yield row;
  }
}

const SHORT = 500;

function isWanted(row: Subscriber, { states, search, incident, now }: Filter): boolean {
  if (!states.includes(row.state) || contactOf(row.address) === '' || isLapsed(row, now)) return false;
  if (search !== undefined && !isFound(row, search)) return false;
  if (incident === undefined) return true;
  return row.scope.kind === 'selection' && row.scope.incidents.includes(incident);
}

/** The row of a search text that is a whole address, if it is there and wanted. */
async function findExact(
  deps: ListDependencies,
  page: string,
  filter: Filter,
): Promise<Subscriber | undefined> {
  const { address } = filter.search ?? {};
  if (address === undefined || !filter.channels.includes(address.channel)) return undefined;
  const row = await deps.subscribers.get(page, address.channel, deps.hash(address));
  return row && isWanted(row, filter) ? row : undefined;
}

async function take<T>(items: AsyncGenerator<T>, skip: number, limit: number): Promise<T[]> {
  const taken: T[] = [];
  let passed = 0;
  for await (const item of items) {
    if (passed++ < skip) continue;
    taken.push(item);
    if (taken.length >= limit) break;
  }
  return taken;
}
