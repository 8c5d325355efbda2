import {
  BatchWriteItemCommand,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerGet, answerQuery } from '../../bench/engines/answer-query.ts';
import {
  hashOfRow,
  itemOfRow,
  PAGE_ID,
  type SyntheticAudience,
} from '../../bench/engines/synthetic-subscribers.ts';
import { SHARDS, shardOf } from '../../shared/domain/hash-range.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

const ROWS = 50;
const audience: SyntheticAudience = { channel: 'email', rows: ROWS, match: 0.5, sinkUrl: '' };
const hashes = Array.from({ length: ROWS }, (_, index) => hashOfRow(index, ROWS));
let tables: TestTables;

beforeAll(async () => {
  tables = await startTables();
  for (let start = 0; start < ROWS; start += 25) {
    const requests = hashes.slice(start, start + 25).map((_, index) => ({
      PutRequest: { Item: structuredClone(itemOfRow(start + index, audience)) as never }, // in DynamoDB's JSON already
    }));
    await tables.client.send(
      new BatchWriteItemCommand({ RequestItems: { [tables.names.subscribers]: requests } }),
    );
  }
});

afterAll(() => tables?.stop());

/** The same question to the engine with the rows in it, and to the computed ones: keys, count, and where to go on. */
async function askBoth(input: Omit<QueryCommandInput, 'TableName'>) {
  const stored = await tables.client.send(
    new QueryCommand({ TableName: tables.names.subscribers, ...input }),
  );
  const { answer } = answerQuery(input as Parameters<typeof answerQuery>[0], audience);
  return {
    stored: { Items: stored.Items, Count: stored.Count, from: stored.LastEvaluatedKey },
    computed: { Items: answer.Items, Count: answer.Count, from: answer.LastEvaluatedKey },
  };
}

const partition = (shard: number) => ({ S: `${PAGE_ID}#email#${shard}` });

describe('computed subscribers answer as stored ones do', () => {
  it('lie in the shards that their hashes say, in order', () => {
    expect([...hashes].sort()).toEqual(hashes);
    expect(new Set(hashes.map(shardOf)).size).toBe(SHARDS);
  });

  it.each(Array.from({ length: SHARDS }, (_, shard) => shard))(
    'to a whole partition, shard %i',
    async (shard) => {
      const { stored, computed } = await askBoth({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition(shard) },
      });
      expect(computed).toEqual(stored);
      expect(computed.Count).toBeGreaterThan(5);
    },
  );

  it('to a question for one row, there or not', async () => {
    for (const sk of [...hashes.filter((_, index) => index % 9 === 0), 'f'.repeat(24), '0']) {
      const input = { Key: { pk: partition(shardOf(sk)), sk: { S: sk } } };
      const { Item } = await tables.client.send(
        new GetItemCommand({ TableName: tables.names.subscribers, ...input }),
      );
      expect(answerGet(input, audience).answer.Item).toEqual(Item);
    }
  });

  it('to every range between two rows, page by page', async () => {
    for (let low = 0; low < 12; low += 3) {
      for (let high = low + 1; high < 13; high += 4) {
        const question = {
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :upTo',
          ExpressionAttributeValues: {
            ':pk': partition(0),
            ':after': { S: `${hashes[low]}!` },
            ':upTo': { S: hashes[high] ?? '' },
          },
          Limit: 3,
        };
        const { stored, computed } = await askBoth(question);
        expect(computed.Items).toEqual(stored.Items);
        if (stored.from === undefined) continue;
        const next = await askBoth({ ...question, ExclusiveStartKey: stored.from });
        expect(next.computed.Items).toEqual(next.stored.Items);
      }
    }
  });
});
