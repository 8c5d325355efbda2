import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../domain/channel.ts';
import { type HashRange, isEmpty, shardsOf } from '../domain/hash-range.ts';
import { type Strike, type Strikes, strike, type Verdict } from '../domain/strikes.ts';
import type { AddressHash, Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import { ifMet, isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, subscriberKey, subscriberPartition } from './keys.ts';
import { type SubscriberItem, toSubscriber } from './subscriber-item.ts';

/** Rows of one part of a range. `exhausted`: the range holds nothing after them. */
export interface RowPage {
  readonly rows: readonly Subscriber[];
  readonly exhausted: boolean;
}

/** Failures of one address come in a few at a time: retries of several updates. */
const MOST_STRIKE_TRIES = 4;

export type SubscriberStore = ReturnType<typeof subscriberStore>;

/** The subscribers table. Addresses live here and nowhere else. */
export function subscriberStore(client: DocumentClient, table: string) {
  return {
    /**
     * The first `limit` rows of a range, in order of `h`, read consistently: a change that was answered before
     * the call is seen.
     */
    async readRange(page: string, channel: Channel, range: HashRange, limit: number): Promise<RowPage> {
      if (isEmpty(range)) return { rows: [], exhausted: true };
      const rows: Subscriber[] = [];
      const shards = shardsOf(range);
      for (const [index, shard] of shards.entries()) {
        let from: Record<string, unknown> | undefined;
        do {
          const answer = await client.send(
            new QueryCommand({
              TableName: table,
              ConsistentRead: true,
              KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :upTo',
              // BETWEEN includes its bounds: `after` plus a character sorts after `after` and before any other hash.
              ExpressionAttributeValues: {
                ':pk': subscriberPartition(page, channel, shard),
                ':after': `${range.after}!`,
                ':upTo': range.upTo,
              },
              Limit: limit - rows.length,
              ExclusiveStartKey: from,
            }),
          );
          for (const item of answer.Items ?? [])
            rows.push(toSubscriber(page, channel, item as SubscriberItem)); // our own rows
          from = answer.LastEvaluatedKey;
        } while (from !== undefined && rows.length < limit);
        if (rows.length >= limit) {
          return { rows, exhausted: from === undefined && index === shards.length - 1 };
        }
      }
      return { rows, exhausted: true };
    },

    /** One row as it is now, read consistently. */
    async get(page: string, channel: Channel, h: AddressHash): Promise<Subscriber | undefined> {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: subscriberKey({ page, channel, h }), ConsistentRead: true }),
      );
      return Item && toSubscriber(page, channel, Item as SubscriberItem); // our own row
    },

    /**
     * Writes a row, new or in place of one that is active or pending, in one write. One whose owner has left, or
     * that is in quarantine, stays as it is, even if that came to be a moment ago.
     */
    async put(subscriber: Subscriber): Promise<'new' | 'replaced' | 'refused'> {
      const { page: _page, channel: _channel, h: _h, ...attributes } = subscriber;
      const answer = await ifMet(
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...subscriberKey(subscriber), ...attributes },
            ConditionExpression: 'attribute_not_exists(pk) OR #state IN (:active, :pending)',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':active': 'active', ':pending': 'pending' },
            ReturnValues: 'ALL_OLD',
          }),
        ),
      );
      if (answer === undefined) return 'refused';
      return answer.Attributes === undefined ? 'new' : 'replaced';
    },

    /** Stops using an active address until its owner acts. A row in another state stays as it is. Returns whether it was active. */
    async quarantine(
      page: string,
      channel: Channel,
      h: AddressHash,
      cause: string,
      at: Instant,
    ): Promise<boolean> {
      return changeState(subscriberKey({ page, channel, h }), {
        expression: 'SET #state = :to, quarantine = :quarantine',
        condition: '#state = :active',
        values: { ':to': 'quarantined', ':active': 'active', ':quarantine': { cause, at } },
      });
    },

    /**
     * Counts a failure against an active address and, when it is one too many, stops using it: in one write. What it came to is
     * returned to one caller only. Nothing is counted against a row in another state, nor where others count at the same moment
     * over and over.
     */
    async strike(
      page: string,
      channel: Channel,
      h: AddressHash,
      failure: Strike,
      now: Instant,
    ): Promise<Verdict> {
      for (let tries = 0; tries < MOST_STRIKE_TRIES; tries++) {
        const { Item } = await client.send(
          new GetCommand({
            TableName: table,
            Key: subscriberKey({ page, channel, h }),
            ConsistentRead: true,
          }),
        );
        const row = Item as SubscriberItem | undefined; // our own row
        if (row?.state !== 'active') return 'carryOn';
        const { next, verdict } = strike(row.strikes, failure, now);
        if (await swapStrikes(subscriberKey({ page, channel, h }), row.strikes, next, verdict))
          return verdict;
      }
      return 'carryOn';
    },

    /** Wipes out what stands against an address: it has just been reached. */
    async absolve(page: string, channel: Channel, h: AddressHash): Promise<void> {
      await changeState(subscriberKey({ page, channel, h }), {
        expression: 'REMOVE strikes',
        condition: 'attribute_exists(strikes) AND #state = :active',
        values: { ':active': 'active' },
      });
    },

    /** Notes since when an active endpoint is slow, or that it is so no more. */
    async setSlow(page: string, channel: Channel, h: AddressHash, since: Instant | undefined): Promise<void> {
      await changeState(subscriberKey({ page, channel, h }), {
        expression: since === undefined ? 'REMOVE slowSince' : 'SET slowSince = :since',
        condition: '#state = :active',
        values: { ':active': 'active', ...(since !== undefined && { ':since': since }) },
      });
    },

    /** Ends a subscription in any state. Returns whether there was one: an unknown row is not made. */
    async unsubscribe(page: string, channel: Channel, h: AddressHash, at: Instant): Promise<boolean> {
      return changeState(subscriberKey({ page, channel, h }), {
        // Nothing that was on its way for them opens anything any more, and the row is not cleaned up.
        expression: 'SET #state = :to, unsubscribedAt = :at REMOVE proofs, pendingUntil, expiresAt',
        condition: 'attribute_exists(pk)',
        values: { ':to': 'unsubscribed', ':at': at },
      });
    },
  };

  async function swapStrikes(
    rowKey: Key,
    seen: Strikes | undefined,
    next: Strikes,
    verdict: Verdict,
  ): Promise<boolean> {
    const quarantine = { cause: next.cause, at: next.lastAt };
    return changeState(rowKey, {
      expression:
        verdict === 'giveUp'
          ? 'SET #state = :to, quarantine = :quarantine, strikes = :next'
          : 'SET strikes = :next',
      condition: `#state = :active AND ${seen === undefined ? 'attribute_not_exists(strikes)' : 'strikes.failures = :failures AND strikes.lastAt = :lastAt'}`,
      values: {
        ':active': 'active',
        ':next': next,
        ...(seen !== undefined && { ':failures': seen.failures, ':lastAt': seen.lastAt }),
        ...(verdict === 'giveUp' && { ':to': 'quarantined', ':quarantine': quarantine }),
      },
    });
  }

  async function changeState(
    rowKey: Key,
    change: { expression: string; condition: string; values: Record<string, unknown> },
  ): Promise<boolean> {
    return isMet(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: rowKey,
          UpdateExpression: change.expression,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: change.values,
        }),
      ),
    );
  }
}
