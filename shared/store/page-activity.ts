import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { noteUpdate, type PageActivity, QUIET } from '../domain/activity.ts';
import type { AcceptedUpdate } from '../domain/update.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { activityKey, type Key } from './keys.ts';

type Item = { activity: PageActivity; version: number; writer: string } & Key;

/** Rounds of read, change, swap: several updates of one page may be accepted in the same instant. */
const MAX_ROUNDS = 30;

export type PageActivityStore = ReturnType<typeof pageActivityStore>;

/** One item per page: its latest incidents and updates. */
export function pageActivityStore(client: DocumentClient, table: string, newId: () => string) {
  async function read(page: string): Promise<Item | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: activityKey(page), ConsistentRead: true }),
    );
    return Item as Item | undefined; // our own item
  }

  return {
    async get(page: string): Promise<PageActivity> {
      return (await read(page))?.activity ?? QUIET;
    },

    /** Notes an accepted update, in one conditional write. Again is the same as once, and writes nothing. */
    async note(update: AcceptedUpdate): Promise<void> {
      const writer = newId();
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const found = await read(update.page);
        const known = found?.activity ?? QUIET;
        const activity = noteUpdate(known, update);
        if (activity === known) return;
        const version = (found?.version ?? 0) + 1;
        const item: Item = { ...activityKey(update.page), activity, version, writer };
        const expected = found ? { version: found.version } : 'absent';
        const isOwn = (now: Item) => now.version === version && now.writer === writer;
        if (await swap(client, table, item, expected, isOwn)) return;
      }
      throw new Error(
        `Expected to note update ${update.id} within ${MAX_ROUNDS} rounds, got overtaken each time`,
      );
    },
  };
}
