import { type IndexShape, PARTITION_KEY, SORT_KEY } from '../../shared/deployment/tables.ts';
import type { Item } from './expressions.ts';

/** A global secondary index: keys of the items that have its attributes, as they were a moment ago. */
export function laggingIndex(index: IndexShape, now: () => number) {
  const shown = new Map<string, Item>();
  let pending: { at: number; key: string; item: Item | undefined }[] = [];
  let latest = 0;
  return {
    index,
    /** It lags, but nothing overtakes what was written before. */
    apply(key: string, item: Item | undefined, at: number): void {
      latest = Math.max(latest, at);
      pending.push({ at: latest, key, item });
    },
    items(): Item[] {
      const due = pending.filter(({ at }) => at <= now());
      pending = pending.filter(({ at }) => at > now());
      for (const { key, item } of due) {
        if (item?.[index.partitionKey] === undefined || item[index.sortKey.name] === undefined)
          shown.delete(key);
        else shown.set(key, keysOnly(item, index));
      }
      return [...shown.values()];
    },
  };
}

function keysOnly(item: Item, { partitionKey, sortKey }: IndexShape): Item {
  return Object.fromEntries(
    [PARTITION_KEY, SORT_KEY, partitionKey, sortKey.name].map((name) => [name, item[name]]),
  );
}

/** By sort key; entries of an index that share one, by the keys of their items. */
export function inOrder(a: Item, b: Item, sortKey: string): number {
  for (const name of [sortKey, PARTITION_KEY, SORT_KEY]) {
    const [x, y] = [a[name] as string | number, b[name] as string | number]; // keys are strings or numbers
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
