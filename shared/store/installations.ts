import type { Sealed, Sealer } from '../domain/sealed.ts';
import type { Instant } from '../domain/time.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { installationKey, installationPartition, type Key } from './keys.ts';
import { queryAll } from './query-pages.ts';

/** Slack has granted us this: what an installation brings with it. */
export interface Grant {
  readonly team: string;
  readonly teamName: string;
  /** The organisation that the workspace belongs to, if any. */
  readonly enterprise?: string;
  readonly botUser: string;
  /** Who pressed Allow: hears of channels that are lost. */
  readonly installer?: string;
  readonly scopes: string;
  readonly token: string;
}

/** Our app in one Slack workspace. Broken: Slack took the token back; its channels are kept and wait. */
export interface Installation extends Omit<Grant, 'token'> {
  /** The pages that it was installed for, oldest first. */
  readonly pages: readonly string[];
  readonly installedAt: Instant;
  /** Absent when broken, or when sealed with a key that is gone. */
  readonly token?: string;
  readonly broken?: { readonly cause: string; readonly at: Instant };
}

type Item = Omit<Installation, 'token'> & Key & { version: number; writer: string; sealed?: Sealed };

/** Rounds of read, change, swap: two people who install at once are rare, five are not to be met. */
const MAX_ROUNDS = 10;

export type InstallationStore = ReturnType<typeof installationStore>;

/**
 * Slack installations in the incidents table, one item each, keyed by organisation and workspace. The token is sealed with
 * the workspace as its context: a row that is copied to another workspace does not open there.
 */
export function installationStore(
  client: DocumentClient,
  table: string,
  sealer: Sealer,
  newId: () => string,
) {
  async function readAll(team: string): Promise<Item[]> {
    const items: Item[] = [];
    const found = queryAll<Item>(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': installationPartition(team) },
    });
    for await (const item of found) items.push(item);
    return items.sort((a, b) => b.installedAt - a.installedAt);
  }

  async function change(
    team: string,
    key: Key,
    next: (found: Item | undefined) => Omit<Item, 'version' | 'writer' | keyof Key> | undefined,
  ): Promise<boolean> {
    const writer = newId();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const found = (await readAll(team)).find(({ sk }) => sk === key.sk);
      const content = next(found);
      if (content === undefined) return false;
      const item: Item = { ...content, ...key, version: (found?.version ?? 0) + 1, writer };
      const expected = found ? { version: found.version } : 'absent';
      if (await swap(client, table, item, expected, (now: Item) => now.writer === writer)) return true;
    }
    throw new Error(`Expected to write an installation within ${MAX_ROUNDS} rounds, got overtaken each time`);
  }

  return {
    /** The newest installation in a workspace, working or broken. */
    async get(team: string): Promise<Installation | undefined> {
      const items = await readAll(team);
      const item = items.find(({ broken }) => broken === undefined) ?? items[0];
      if (item === undefined) return undefined;
      const { pk: _pk, sk: _sk, version: _version, writer: _writer, sealed, ...rest } = item;
      const token = sealed && sealer.open(sealed, contextOf(team));
      return { ...rest, ...(token !== undefined && { token }) };
    },

    /** Keeps a grant for a page. Replaces the token of an earlier one, which heals it, and keeps its pages. */
    async save({ token, ...grant }: Grant, page: string, now: Instant): Promise<void> {
      const sealed = sealer.seal(token, contextOf(grant.team));
      await change(grant.team, installationKey(grant.enterprise, grant.team), (found) => ({
        ...grant,
        pages: [...new Set([...(found?.pages ?? []), page])],
        installedAt: now,
        sealed,
      }));
    },

    /**
     * Marks what was installed in a workspace no later than `until` as broken and forgets its token. Returns whether anything
     * was marked: a newer installation is left alone, so that news of an old one's end may come late and in any order.
     */
    async markBroken(team: string, cause: string, until: Instant, now: Instant): Promise<boolean> {
      const marks = (await readAll(team)).map(({ pk, sk }) =>
        change(team, { pk, sk }, (found) => {
          if (found === undefined || found.broken !== undefined || found.installedAt > until)
            return undefined;
          const { pk: _pk, sk: _sk, version: _version, writer: _writer, sealed: _sealed, ...kept } = found;
          return { ...kept, broken: { cause, at: now } };
        }),
      );
      return (await Promise.all(marks)).includes(true);
    },
  };
}

function contextOf(team: string): string {
  return `slack-installation|${team}`;
}
