import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../shared/domain/receipt.ts';
import { type UpdateStore, updateStore } from '../../shared/store/updates.ts';
import { anUpdate, T0 } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { winnersOf } from './concurrently.ts';

let tables: TestTables;
let updates: UpdateStore;
beforeAll(async () => {
  tables = await startTables();
  updates = updateStore(tables.client, tables.names.incidents);
});
afterAll(() => tables.stop());

let ids = 0;
const aNewUpdate = (acceptedAt = T0) => anUpdate({ id: `u${++ids}`, acceptedAt });

function aReceipt(told: number): Receipt {
  const none = { failed: 0, retrying: 0, superseded: 0, suppressed: 0, inDoubt: 0, resent: 0 };
  const counts = { matched: told, told, ...none };
  const channels = { email: counts, sms: counts, slack: counts, webhook: counts };
  return { complete: true, ...counts, channels, chunks: { done: 4, of: 4 } };
}

async function open(): Promise<string[]> {
  const found: string[] = [];
  for await (const { page, id } of updates.listOpen()) found.push(`${page}/${id}`);
  return found;
}

describe('putNew', () => {
  it('stores an update once: the first content stands', async () => {
    const update = aNewUpdate();
    expect(await updates.putNew(update, 'digest')).toBe(true);
    expect(await updates.putNew({ ...update, body: 'Otherwise.' }, 'other')).toBe(false);
    expect(await updates.get('batch', update.id)).toEqual({ update, digest: 'digest' });
  });

  it('of fifty at once stores one', async () => {
    const update = aNewUpdate();
    const winners = await winnersOf(50, (one) => updates.putNew(update, `digest-${one}`));
    expect(winners).toHaveLength(1);
    expect((await updates.get('batch', update.id))?.digest).toBe(`digest-${winners[0]}`);
  });

  it('keeps the same id on two pages apart', async () => {
    const update = aNewUpdate();
    await updates.putNew(update, 'here');
    expect(await updates.putNew({ ...update, page: 'other' }, 'there')).toBe(true);
    expect((await updates.get('batch', update.id))?.digest).toBe('here');
  });
});

describe('marks', () => {
  it('enqueued keeps its first time', async () => {
    const update = aNewUpdate();
    await updates.putNew(update, 'd');
    await updates.markEnqueued('batch', update.id, T0 + 1);
    await updates.markEnqueued('batch', update.id, T0 + 2);
    expect((await updates.get('batch', update.id))?.enqueuedAt).toBe(T0 + 1);
  });

  it('enqueued makes no update out of nothing', async () => {
    await expect(updates.markEnqueued('batch', 'nothing', T0)).rejects.toThrow(/conditional/i);
    expect(await updates.get('batch', 'nothing')).toBeUndefined();
  });

  it('closed once stays closed as it was', async () => {
    const update = aNewUpdate();
    await updates.putNew(update, 'd');
    await updates.close('batch', update.id, aReceipt(7), T0 + 1);
    await updates.close('batch', update.id, aReceipt(8), T0 + 2);
    expect(await updates.get('batch', update.id)).toEqual({
      update,
      digest: 'd',
      closedAt: T0 + 1,
      receipt: aReceipt(7),
    });
  });

  it('closed makes no update out of nothing', async () => {
    await updates.close('batch', 'nothing', aReceipt(1), T0);
    expect(await updates.get('batch', 'nothing')).toBeUndefined();
  });
});

it('lists the open ones of all pages, oldest first, until they are closed', async () => {
  const [young, old] = [aNewUpdate(T0 - 10), aNewUpdate(T0 - 20)];
  await updates.putNew(young, 'd');
  await updates.putNew({ ...old, page: 'other' }, 'd');
  const listed = await open();
  expect(listed.slice(0, 2)).toEqual([`other/${old.id}`, `batch/${young.id}`]);
  await updates.close('other', old.id, aReceipt(0), T0);
  expect(await open()).toEqual(listed.slice(1));
});

it('reads many by id, past the hundred of one request, and leaves out who is not there', async () => {
  const stored = Array.from({ length: 130 }, () => aNewUpdate());
  await Promise.all(stored.map((update) => updates.putNew(update, 'd')));
  const found = await updates.getMany('batch', ['nothing', ...stored.map(({ id }) => id)]);
  expect([...found.keys()].sort()).toEqual(stored.map(({ id }) => id).sort());
});
