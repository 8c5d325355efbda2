import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claim, finish, NOTHING } from '../../shared/domain/chunk.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { ledgerStore } from '../../shared/store/ledger.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const NOW = Date.UTC(2021, 9, 13);
const HOLD = { owner: 'one', leaseMs: 30_000, endsAt: NOW + 60_000 };
const claimed = claim(undefined, HOLD, '', '8', NOW);
const finished = finish(claimed, NOTHING, NOW);
let updates = 0;
const someChunks = (count: number) => {
  const update = `gathered${++updates}`;
  return Array.from(
    { length: count },
    (_, chunk) => ({ page: 'batch', update, channel: 'email', chunk, of: count }) as const,
  );
};

/** Keys of each BatchGetItem that leaves. */
function watched(): { client: DocumentClient; requests: number[] } {
  const requests: number[] = [];
  const send = (command: Parameters<DocumentClient['send']>[0]) => {
    if (command instanceof BatchGetCommand) {
      const [{ Keys = [] } = {}] = Object.values(command.input.RequestItems ?? {});
      requests.push(Keys.length);
    }
    return tables.client.send(command);
  };
  return { client: { send } as DocumentClient, requests };
}

it('looks of ten doorbells leave as one request, and each gets its own answer', async () => {
  const { client, requests } = watched();
  const ledger = ledgerStore(client, tables.names.deliveries);
  const refs = someChunks(10);
  for (const ref of refs.slice(0, 4)) await ledger.swap(ref, undefined, claimed, NOW);
  const found = await Promise.all(refs.map((ref) => ledger.readMany([ref])));
  expect(found.map((entries) => entries.get(refs[0]?.update ?? ''))).toEqual([
    ...Array(4).fill(claimed),
    ...Array(6).fill(undefined),
  ]);
  expect(requests).toEqual([10]);
});

it('two looks at one chunk ask for it once: DynamoDB takes no key twice', async () => {
  const { client, requests } = watched();
  const ledger = ledgerStore(client, tables.names.deliveries);
  const [ref] = someChunks(1);
  if (ref === undefined) throw new Error('Expected a chunk');
  await ledger.swap(ref, undefined, claimed, NOW);
  const found = await Promise.all([ledger.readMany([ref]), ledger.readMany([ref])]);
  expect(found.map((entries) => entries.get(ref.update))).toEqual([claimed, claimed]);
  expect(requests).toEqual([1]);
});

it('a chunk that is not done is read anew at each look, one that is done never again', async () => {
  const { client, requests } = watched();
  const [mine, theirs] = [
    ledgerStore(client, tables.names.deliveries),
    ledgerStore(tables.client, tables.names.deliveries),
  ];
  const [ref] = someChunks(1);
  if (ref === undefined) throw new Error('Expected a chunk');
  const look = async () => (await mine.readMany([ref])).get(ref.update);
  expect(await look()).toBeUndefined();
  await theirs.swap(ref, undefined, claimed, NOW);
  expect(await look()).toEqual(claimed);
  await theirs.swap(ref, claimed, finished, NOW);
  expect(await look()).toEqual(finished);
  expect(requests).toEqual([1, 1, 1]);
  expect(await look()).toEqual(finished);
  expect(requests).toEqual([1, 1, 1]);
});

it('what one has finished oneself needs no look', async () => {
  const { client, requests } = watched();
  const ledger = ledgerStore(client, tables.names.deliveries);
  const [ref] = someChunks(1);
  if (ref === undefined) throw new Error('Expected a chunk');
  await ledger.swap(ref, undefined, claimed, NOW);
  await ledger.swap(ref, claimed, finished, NOW);
  expect((await ledger.readMany([ref])).get(ref.update)).toEqual(finished);
  expect(requests).toEqual([]);
});

it('a look that fails fails for all who looked, and the next one is made', async () => {
  let isDown = true;
  const send = (command: Parameters<DocumentClient['send']>[0]) =>
    isDown ? Promise.reject(new Error('connect ECONNREFUSED')) : tables.client.send(command);
  const ledger = ledgerStore({ send } as DocumentClient, tables.names.deliveries);
  const refs = someChunks(2);
  const failed = await Promise.allSettled(refs.map((ref) => ledger.readMany([ref])));
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await ledger.readMany(refs)).toEqual(new Map());
});
