import { noteUpdate, type PageActivity, QUIET } from '../domain/activity.ts';
import type { AcceptedUpdate } from '../domain/update.ts';
import type { DocumentClient } from './document-client.ts';
import { activityKey } from './keys.ts';
import { readVersioned, versionedItems } from './versioned-items.ts';

interface Item {
  readonly activity: PageActivity;
}

export type PageActivityStore = ReturnType<typeof pageActivityStore>;

/** One item per page: its latest incidents and updates. `backOff`: as several updates of one page may be accepted in the same instant. */
export function pageActivityStore(
  client: DocumentClient,
  table: string,
  newId: () => string,
  backOff?: (round: number) => Promise<void>,
) {
  const change = versionedItems<Item>(client, table, newId, backOff);
  return {
    async get(page: string): Promise<PageActivity> {
      return (await readVersioned<Item>(client, table, activityKey(page)))?.activity ?? QUIET;
    },

    /** Notes an accepted update, in one conditional write. Again is the same as once, and writes nothing. */
    async note(update: AcceptedUpdate): Promise<void> {
      await change(activityKey(update.page), (found) => {
        const activity = noteUpdate(found?.activity ?? QUIET, update);
        return found !== undefined && activity === found.activity ? found : { activity };
      });
    },
  };
}
