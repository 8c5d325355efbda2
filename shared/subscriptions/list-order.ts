import type { Subscriber } from '../domain/subscriber.ts';
import type { SubscriberRef } from '../store/keys.ts';
import { contactOf } from './list-contact.ts';
import { rankOf, type Search } from './list-search.ts';

export type SortField = 'primary' | 'created_at' | 'quarantined_at' | 'relevance';

export interface Order {
  readonly field: SortField;
  readonly direction: 'asc' | 'desc';
}

/** What a row is sorted by, without the row. */
export interface SortKey {
  readonly ref: SubscriberRef;
  readonly number: number;
  readonly text: string;
}

export function keyFor(row: Subscriber, { field }: Order, search?: Search): SortKey {
  const { page, channel, h } = row;
  return { ref: { page, channel, h }, number: numberFor(row, field, search), text: contactOf(row.address) };
}

/** Who was never quarantined comes after all who were. */
function numberFor(row: Subscriber, field: SortField, search?: Search): number {
  switch (field) {
    case 'primary':
      return 0;
    case 'created_at':
      return row.createdAt;
    case 'quarantined_at':
      return row.quarantine?.at ?? Number.MAX_SAFE_INTEGER;
    case 'relevance':
      return (search && rankOf(row, search)) ?? 3;
  }
}

/** Keeps the first `count` keys of however many: never more than twice as many at a time. */
export function smallest(count: number, { direction }: Order) {
  const sign = direction === 'asc' ? 1 : -1;
  let keys: SortKey[] = [];
  const cut = () => {
    keys = keys.sort((a, b) => sign * compare(a, b)).slice(0, count);
  };
  return {
    add(key: SortKey): void {
      keys.push(key);
      if (keys.length >= 2 * count + 100) cut();
    },
    sorted(): readonly SortKey[] {
      cut();
      return keys;
    },
  };
}

/** A total order: no row is on two pages of a list. */
function compare(a: SortKey, b: SortKey): number {
  return a.number - b.number || compareText(a.text, b.text) || compareText(a.ref.h, b.ref.h);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
