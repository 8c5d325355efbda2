import { BY_DUE } from '../deployment/tables.ts';
import type { Channel } from '../domain/channel.ts';
import { type ExceptionRow, isOpen } from '../domain/exception.ts';
import { chunkRange, type HashRange, isEmpty } from '../domain/hash-range.ts';
import type { Instant } from '../domain/time.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { type ChunkRef, chunkKey, exceptionKey, type Key, ledgerPartitions, ROW_PREFIX } from './keys.ts';
import { expiry } from './ledger.ts';
import { queryAll } from './query-pages.ts';

/** Partitions of the index of due rows, so that a bad hour does not write to one of them only. */
const DUE_SPREAD = 4;

/** Names the rows of one update and channel. */
export type RowsRef = Omit<ChunkRef, 'chunk'>;

/** A row that is due, as the index knows it. */
export interface DueRow {
  readonly page: string;
  readonly update: string;
  readonly channel: Channel;
  readonly h: string;
  readonly nextAt: Instant;
}

type Item = ExceptionRow & Key & { due?: string; expiresAt: number };

export type ExceptionStore = ReturnType<typeof exceptionStore>;

/** Exception rows of the deliveries table: deliveries that did not simply succeed. */
export function exceptionStore(client: DocumentClient, table: string) {
  const toItem = (ref: RowsRef, row: ExceptionRow, now: Instant): Item => ({
    ...exceptionKey(ref, row.h),
    ...row,
    ...(isOpen(row) && { due: `due#${Number.parseInt(row.h.slice(0, 2), 16) % DUE_SPREAD}` }),
    expiresAt: expiry(now),
  });

  async function readWithin(partition: string, range: HashRange): Promise<ExceptionRow[]> {
    if (isEmpty(range)) return [];
    const rows: ExceptionRow[] = [];
    const items = queryAll<Item>(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :upTo',
      ExpressionAttributeValues: {
        ':pk': partition,
        ':after': `${ROW_PREFIX}${range.after}!`,
        ':upTo': `${ROW_PREFIX}${range.upTo}`,
      },
    });
    for await (const item of items) rows.push(toRow(item));
    return rows;
  }

  return {
    /** Records a row unless the recipient has one: the first outcome that was written stands. */
    async putNew(ref: RowsRef, row: ExceptionRow, now: Instant): Promise<boolean> {
      return swap(client, table, toItem(ref, row, now), 'absent', (found: Item) => isSame(found, row));
    },

    /** Replaces a row that is still as `seen`. Of many with the same `seen`, one gets true. */
    async swap(ref: RowsRef, seen: ExceptionRow, next: ExceptionRow, now: Instant): Promise<boolean> {
      const { state, attempt, nextAt, overtaken } = seen;
      const expected = { state, attempt, nextAt, overtaken };
      return swap(client, table, toItem(ref, next, now), expected, (found: Item) => isSame(found, next));
    },

    /** The rows of one chunk within a range of it, in order of `h`, read consistently. */
    async readChunk(
      ref: ChunkRef,
      range: HashRange = chunkRange(ref.chunk, ref.of),
    ): Promise<ExceptionRow[]> {
      return readWithin(chunkKey(ref).pk, range);
    },

    /** All rows of one update and channel. */
    async readAll(ref: RowsRef): Promise<ExceptionRow[]> {
      const whole = chunkRange(0, 1);
      const parts = await Promise.all(
        ledgerPartitions(ref.page, ref.update, ref.channel, ref.of).map((pk) => readWithin(pk, whole)),
      );
      return parts.flat();
    },

    /** Rows due at `now`, earliest first within a partition. A hint: the index lags, the row itself decides. */
    async *listDue(now: Instant): AsyncGenerator<DueRow> {
      for (let spread = 0; spread < DUE_SPREAD; spread++) {
        const items = queryAll<Key & { nextAt: Instant }>(client, {
          TableName: table,
          IndexName: BY_DUE.name,
          KeyConditionExpression: '#due = :due AND nextAt <= :now',
          ExpressionAttributeNames: { '#due': BY_DUE.partitionKey },
          ExpressionAttributeValues: { ':due': `due#${spread}`, ':now': now },
        });
        for await (const { pk, sk, nextAt } of items) {
          const [page, , update, channel] = pk.split('#');
          if (page === undefined || update === undefined || channel === undefined) continue;
          yield { page, update, channel: channel as Channel, h: sk.slice(ROW_PREFIX.length), nextAt }; // our own key
        }
      }
    },
  };
}

function isSame(a: ExceptionRow, b: ExceptionRow): boolean {
  return (
    a.state === b.state &&
    a.attempt === b.attempt &&
    a.nextAt === b.nextAt &&
    a.overtaken === b.overtaken &&
    a.cause === b.cause &&
    a.calledAt === b.calledAt &&
    a.caller === b.caller
  );
}

function toRow({ pk: _pk, sk: _sk, due: _due, expiresAt: _expiresAt, ...row }: Item): ExceptionRow {
  return row;
}
