import {
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { BY_ADDRESS, BY_OWNER, type IndexShape, PARTITION_KEY, SORT_KEY } from '../deployment/tables.ts';
import { CHANNELS, type Channel } from '../domain/channel.ts';
import { SHARDS, shardOf } from '../domain/hash-range.ts';
import type { AddressHash, Scope, Subscriber, SubscriberState } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import { isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, type SubscriberRef, subscriberKey, subscriberPartition } from './keys.ts';
import { queryAll } from './query-pages.ts';
import { type SubscriberItem, toSubscriber } from './subscriber-item.ts';
import { updateExpression } from './update-expression.ts';

/** Subscribers of one channel of a page, by state. */
export type StateCounts = Readonly<Record<SubscriberState, number>>;

/** What a row must be for a write: in this state, or not there at all. */
export type ExpectedState = SubscriberState | 'absent';

export type SubscriberRowStore = ReturnType<typeof subscriberRowStore>;

/** The subscribers table as the operator needs it: walks, counts, all rows of one address, guarded changes. */
export function subscriberRowStore(client: DocumentClient, table: string) {
  async function put(
    { page, channel, h, ...attributes }: Subscriber,
    condition: Omit<PutCommandInput, 'TableName' | 'Item'>,
  ): Promise<boolean> {
    const { pendingUntil } = attributes;
    const expiry = pendingUntil === undefined ? {} : { expiresAt: Math.ceil(pendingUntil / 1_000) };
    const Item = { ...subscriberKey({ page, channel, h }), ...attributes, ...expiry };
    return isMet(client.send(new PutCommand({ TableName: table, Item, ...condition })));
  }

  async function update(ref: SubscriberRef, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) {
    return isMet(client.send(new UpdateCommand({ TableName: table, Key: subscriberKey(ref), ...change })));
  }

  async function refsIn({ name, partitionKey }: IndexShape, value: string): Promise<SubscriberRef[]> {
    const items = queryAll<Key>(client, {
      TableName: table,
      IndexName: name,
      KeyConditionExpression: '#key = :value',
      ExpressionAttributeNames: { '#key': partitionKey },
      ExpressionAttributeValues: { ':value': value },
    });
    const refs: SubscriberRef[] = [];
    for await (const item of items) {
      const [page = '', named] = item[PARTITION_KEY].split('#');
      const channel = CHANNELS.find((known) => known === named);
      if (channel !== undefined) refs.push({ page, channel, h: item[SORT_KEY] });
    }
    return refs;
  }

  return {
    /**
     * The rows of one channel in the order of `h`, from the first one after `after`, one partition after the other.
     * Holds one answer of DynamoDB at a time: `rowsPerRead` rows, or 1 MB of them.
     */
    async *walk(
      page: string,
      channel: Channel,
      { after = '', rowsPerRead }: { readonly after?: string; readonly rowsPerRead?: number } = {},
    ): AsyncGenerator<Subscriber> {
      for (let shard = after === '' ? 0 : shardOf(after); shard < SHARDS; shard++) {
        const rows = queryAll<SubscriberItem>(client, {
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: {
            ':pk': subscriberPartition(page, channel, shard),
            // No key is empty, and no hash sorts before this.
            ':after': after === '' ? '!' : after,
          },
          ...(rowsPerRead && { Limit: rowsPerRead }),
        });
        for await (const item of rows) yield toSubscriber(page, channel, item);
      }
    },

    /** How many rows of a channel are in which state. Reads them all, keeps none, and carries only their states. */
    async tally(page: string, channel: Channel, now: Instant): Promise<StateCounts> {
      const counts = { pending: 0, active: 0, quarantined: 0, unsubscribed: 0 };
      const tallyShard = async (shard: number) => {
        const states = queryAll<Pick<Subscriber, 'state' | 'pendingUntil'>>(client, {
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': subscriberPartition(page, channel, shard) },
          ProjectionExpression: '#state, pendingUntil',
          ExpressionAttributeNames: { '#state': 'state' },
        });
        for await (const { state, pendingUntil = now + 1 } of states) {
          if (state !== 'pending' || pendingUntil > now) counts[state]++;
        }
      };
      await Promise.all(Array.from({ length: SHARDS }, (_, shard) => tallyShard(shard)));
      return counts;
    },

    /** The rows of one address on all pages, from the index: a row that was written this second may be missing. */
    refsOf(h: AddressHash): Promise<readonly SubscriberRef[]> {
      return refsIn(BY_ADDRESS, h);
    },

    /** The endpoints on all pages whose owner left this email, from an index as `refsOf`. */
    refsOwnedBy(email: string): Promise<readonly SubscriberRef[]> {
      return refsIn(BY_OWNER, email);
    },

    /** Writes a whole row if the stored one is as expected. Returns whether it did. */
    async putIf(subscriber: Subscriber, expected: ExpectedState): Promise<boolean> {
      if (expected === 'absent') return put(subscriber, { ConditionExpression: 'attribute_not_exists(pk)' });
      return put(subscriber, {
        ConditionExpression: '#state = :expected',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':expected': expected },
      });
    },

    /**
     * Makes one version of a row into another, if it is still in the state that it was seen in. Writes what differs and nothing else, so
     * that what its owner, or a sender, changes at the same moment stays.
     */
    async revise(seen: Subscriber, next: Subscriber): Promise<boolean> {
      const before = new Map<string, unknown>(Object.entries(seen));
      const after = new Map<string, unknown>(Object.entries(next));
      const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
      const set = [...after].filter(([name, value]) => !isSame(value, before.get(name)));
      const gone = [...before.keys()].filter((name) => !after.has(name));
      if (gone.includes('pendingUntil')) gone.push('expiresAt');
      if (set.length + gone.length === 0) return true;
      const input = updateExpression(Object.fromEntries(set), gone, []);
      return update(seen, {
        ...input,
        ConditionExpression: '#state = :seen',
        ExpressionAttributeNames: { ...input.ExpressionAttributeNames, '#state': 'state' },
        ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ':seen': seen.state },
      });
    },

    /** Puts a tombstone in the place of a row that is still in the state, and given up for the cause, that it was seen with. */
    async replace(tombstone: Subscriber, { state, quarantine }: Subscriber): Promise<boolean> {
      return put(tombstone, {
        ConditionExpression: `#state = :seen AND ${quarantine ? 'quarantine.cause = :cause' : 'attribute_not_exists(quarantine)'}`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':seen': state, ...(quarantine && { ':cause': quarantine.cause }) },
      });
    },

    /** Gives somebody who has not left another scope. Returns whether there was such a row. */
    async setScope(ref: SubscriberRef, scope: Scope): Promise<boolean> {
      return update(ref, {
        UpdateExpression: 'SET #scope = :scope',
        ConditionExpression: 'attribute_exists(pk) AND #state <> :left',
        ExpressionAttributeNames: { '#scope': 'scope', '#state': 'state' },
        ExpressionAttributeValues: { ':scope': scope, ':left': 'unsubscribed' },
      });
    },

    /**
     * Uses a quarantined address again. `from`: since when it was not used, where what it missed may be asked for. Returns whether it
     * was in quarantine.
     */
    async reactivate(ref: SubscriberRef, at: Instant, from?: Instant): Promise<boolean> {
      return update(ref, {
        UpdateExpression:
          'SET #state = :active, confirmedAt = if_not_exists(confirmedAt, :at)' +
          `${from === undefined ? '' : ', outage = :outage'} REMOVE quarantine, strikes, slowSince`,
        ConditionExpression: '#state = :quarantined',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':active': 'active',
          ':quarantined': 'quarantined',
          ':at': at,
          ...(from !== undefined && { ':outage': { from, until: at } }),
        },
      });
    },

    /** Forgets who is told of an endpoint's trouble, and the links that they hold. Not where another owner took their place. */
    async forgetOwner(ref: SubscriberRef, email: string): Promise<boolean> {
      return update(ref, {
        UpdateExpression: 'REMOVE ownerEmail, proofs',
        ConditionExpression: 'ownerEmail = :email',
        ExpressionAttributeValues: { ':email': email },
      });
    },
  };
}
