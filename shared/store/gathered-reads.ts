import type { DocumentClient } from './document-client.ts';
import type { Key } from './keys.ts';
import { getMany } from './query-pages.ts';

/** Reads items consistently, as they are after the call or later, in the order of their keys; undefined where there is none. */
export type ReadItems<T> = (keys: readonly Key[]) => Promise<readonly (T | undefined)[]>;

/** What is asked for in one turn of the event loop. */
interface Gathering<T> {
  readonly keys: Map<string, Key>;
  readonly found: Promise<ReadonlyMap<string, T>>;
}

/**
 * Reads of one table that go out together: what is asked for in one turn of the event loop is one BatchGetItem. The ten doorbells
 * of an invocation look at their chunks in the same turn, which is one request instead of ten. What fails, fails for all of them.
 */
export function gatheredReads<T extends Key>(client: DocumentClient, table: string): ReadItems<T> {
  let open: Gathering<T> | undefined;

  function gather(): Gathering<T> {
    const keys = new Map<string, Key>();
    const read = async () => {
      // A tick comes when everything that can go on now has gone on.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      open = undefined;
      const items = await getMany<T>(client, table, [...keys.values()]);
      return new Map(items.map((item) => [nameOf(item), item]));
    };
    return { keys, found: read() };
  }

  return async (keys) => {
    if (keys.length === 0) return [];
    open ??= gather();
    // Under its name each key is there once: BatchGetItem takes none twice.
    for (const key of keys) open.keys.set(nameOf(key), key);
    const found = await open.found;
    return keys.map((key) => found.get(nameOf(key)));
  };
}

/** A key as one text. */
export const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`;
