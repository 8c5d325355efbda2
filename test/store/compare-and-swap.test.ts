import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { swap } from '../../shared/store/compare-and-swap.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { losingAnswers } from './concurrently.ts';

let tables: TestTables;
let table: string;
beforeAll(async () => {
  tables = await startTables();
  table = tables.names.deliveries;
});
afterAll(() => tables.stop());

interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly by: string;
  readonly at?: number;
}

let keys = 0;
const aKey = () => ({ pk: `k${++keys}`, sk: 's' });
const never = () => false;
const by = (who: string) => (found: Item) => found.by === who;

async function held({ pk, sk }: { pk: string; sk: string }) {
  return (await tables.client.send(new GetCommand({ TableName: table, Key: { pk, sk } }))).Item;
}

describe('swap', () => {
  it('writes where nothing is, if nothing is expected', async () => {
    const item = { ...aKey(), by: 'a' };
    expect(await swap(tables.client, table, item, 'absent', never)).toBe(true);
    expect(await held(item)).toEqual(item);
  });

  it('writes where every expected value is there', async () => {
    const item = { ...aKey(), by: 'a', at: 1 };
    await swap(tables.client, table, item, 'absent', never);
    const next = { ...item, by: 'b' };
    expect(await swap(tables.client, table, next, { by: 'a', at: 1 }, never)).toBe(true);
    expect(await held(item)).toEqual(next);
  });

  it.each([
    ['absent', 'absent' as const],
    ['another value', { by: 'z' }],
    ['one right and one wrong', { by: 'a', at: 2 }],
    ['a member that must not be there', { at: undefined }],
    ['a value of another type', { at: '1' }],
  ])('is refused and changes nothing when it expects %s', async (_, expected) => {
    const item = { ...aKey(), by: 'a', at: 1 };
    await swap(tables.client, table, item, 'absent', never);
    expect(await swap(tables.client, table, { ...item, by: 'b' }, expected, by('b'))).toBe(false);
    expect(await held(item)).toEqual(item);
  });

  it('does not take absence for a value: nothing there meets no expectation', async () => {
    const item = { ...aKey(), by: 'b' };
    expect(await swap(tables.client, table, item, { by: 'a' }, never)).toBe(false);
    expect(await held(item)).toBeUndefined();
  });

  it('replaces the whole item: what the next one lacks is gone', async () => {
    const item: Item = { ...aKey(), by: 'a', at: 1 };
    await swap(tables.client, table, item, 'absent', never);
    const { at: _, ...next } = { ...item, by: 'b' };
    await swap<Item>(tables.client, table, next, { by: 'a' }, never);
    expect(await held(item)).toEqual(next);
  });

  it('takes effect once and says so, although its answer was lost', async () => {
    const item = { ...aKey(), by: 'me' };
    expect(await swap(losingAnswers(tables.client), table, item, 'absent', by('me'))).toBe(true);
  });

  it('whose answer was lost before somebody else wrote is no winner', async () => {
    const item = { ...aKey(), by: 'me' };
    const overtaken: DocumentClient = {
      send: (async (command: Parameters<DocumentClient['send']>[0]) => {
        if (command.constructor.name === 'PutCommand') {
          await tables.client.send(command);
          await swap(tables.client, table, { ...item, by: 'other' }, { by: 'me' }, never);
        }
        return tables.client.send(command);
      }) as DocumentClient['send'], // one function for all overloads
    };
    expect(await swap(overtaken, table, item, 'absent', by('me'))).toBe(false);
    expect(await held(item)).toMatchObject({ by: 'other' });
  });

  it('throws what is no refusal', async () => {
    const item = { ...aKey(), by: 'a' };
    await expect(swap(tables.client, 'NoSuchTable', item, 'absent', never)).rejects.toThrow(/resource/i);
  });
});
