import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { DAY, type Instant, type Millis } from '../domain/time.ts';
import { ifMet, isMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type Key, limitKey } from './keys.ts';
import { getMany } from './query-pages.ts';

/**
 * A counter with its bound: at most `most` in each window, the windows lying one after the other from the epoch on. With
 * `most` 1 it is a gap: the next comes no earlier than `windowMs` after the last.
 */
export interface Counter {
  readonly name: string;
  readonly subject: string;
  readonly windowMs: Millis;
  readonly most: number;
}

export type Taken =
  | { readonly kind: 'taken' }
  /** The counter that is used up, and when it has room again. */
  | { readonly kind: 'full'; readonly name: string; readonly until: Instant };

type Item = Key & { count?: number; at?: Instant };

export type LimitStore = ReturnType<typeof limitStore>;

/** Counters of the deliveries table, one item per counter and window. They expire a day after their window. */
export function limitStore(client: DocumentClient, table: string) {
  /**
   * Counts one more if there is room, in one conditional write. Not safe against a lost answer: the client's retry may
   * count twice, which errs on the side of refusing.
   */
  async function count(counter: Counter, now: Instant): Promise<boolean> {
    if (counter.most <= 0) return false;
    return isMet(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(counter, now),
          ...(counter.most === 1 ? mark(counter, now) : addOne(counter, now)),
        }),
      ),
    );
  }

  return {
    /**
     * Takes one of each counter, in order, and stops at the first that is full: nothing more is written then. Those before
     * it stay counted.
     */
    async take(counters: readonly Counter[], now: Instant): Promise<Taken> {
      for (const counter of counters) {
        if (!(await count(counter, now))) return full(counter, now);
      }
      return { kind: 'taken' };
    },

    /**
     * Gives back what `take` took at `now`, when nothing came of it. A gap that somebody else has taken since stays theirs; a
     * counter whose window is gone has nothing to give back to.
     */
    async giveBack(counters: readonly Counter[], now: Instant): Promise<void> {
      await Promise.all(
        counters.map(async (counter) => {
          const input = counter.most === 1 ? unmark(now) : SUBTRACT_ONE;
          await ifMet(
            client.send(new UpdateCommand({ TableName: table, Key: keyOf(counter, now), ...input })),
          );
        }),
      );
    },

    /** What `take` would answer now, without counting. */
    async look(counters: readonly Counter[], now: Instant): Promise<Taken> {
      const keys = counters.map((counter) => keyOf(counter, now));
      const items = await getMany<Item>(client, table, keys);
      const found = new Map(items.map((item) => [`${item.pk} ${item.sk}`, item]));
      const used = counters.find((counter) => {
        const { pk, sk } = keyOf(counter, now);
        const { count = 0, at = 0 } = found.get(`${pk} ${sk}`) ?? {};
        return counter.most === 1 ? at > now - counter.windowMs : count >= counter.most;
      });
      return used === undefined ? { kind: 'taken' } : full(used, now);
    },
  };
}

type Change = Pick<
  UpdateCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

function addOne(counter: Counter, now: Instant): Change {
  return {
    UpdateExpression: 'ADD #count :one SET expiresAt = :expiresAt',
    ConditionExpression: 'attribute_not_exists(#count) OR #count < :most',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':one': 1, ':most': counter.most, ':expiresAt': expiryOf(counter, now) },
  };
}

function mark(counter: Counter, now: Instant): Change {
  return {
    UpdateExpression: 'SET #at = :now, expiresAt = :expiresAt',
    ConditionExpression: 'attribute_not_exists(#at) OR #at <= :before',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: {
      ':now': now,
      ':before': now - counter.windowMs,
      ':expiresAt': expiryOf(counter, now),
    },
  };
}

const SUBTRACT_ONE: Change = {
  UpdateExpression: 'ADD #count :less',
  ConditionExpression: '#count > :none',
  ExpressionAttributeNames: { '#count': 'count' },
  ExpressionAttributeValues: { ':less': -1, ':none': 0 },
};

function unmark(takenAt: Instant): Change {
  return {
    UpdateExpression: 'REMOVE #at',
    ConditionExpression: '#at = :takenAt',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':takenAt': takenAt },
  };
}

/** In Unix seconds, as DynamoDB's time to live wants it. */
function expiryOf({ windowMs }: Counter, now: Instant): number {
  return Math.ceil((now + windowMs + DAY) / 1_000);
}

function keyOf(counter: Counter, now: Instant): Key {
  const window = counter.most === 1 ? 'last' : String(windowStart(counter, now));
  return limitKey(counter.name, counter.subject, window);
}

function full(counter: Counter, now: Instant): Taken {
  return { kind: 'full', name: counter.name, until: windowStart(counter, now) + counter.windowMs };
}

function windowStart({ windowMs }: Counter, now: Instant): Instant {
  return Math.floor(now / windowMs) * windowMs;
}
