import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR } from '../../shared/domain/time.ts';
import { type SubscriberStore, subscriberStore } from '../../shared/store/subscribers.ts';
import { aSubscriber, T0 } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
let subscribers: SubscriberStore;
let rows = 0;
beforeAll(async () => {
  tables = await startTables();
  subscribers = subscriberStore(tables.client, tables.names.subscribers);
});
afterAll(() => tables.stop());

async function aRow(): Promise<string> {
  const h = (++rows).toString(16).padStart(24, '0');
  await subscribers.put(aSubscriber(h, undefined, { channel: 'webhook' }));
  return h;
}
const failing = (about: string) => ({ rule: 'webhook.failing', cause: 'webhook.http_500', about }) as const;

it('counts in the row and gives the address up in the same write', async () => {
  const h = await aRow();
  expect(await subscribers.strike('batch', 'webhook', h, failing('u1'), T0)).toBe('carryOn');
  expect(await subscribers.strike('batch', 'webhook', h, failing('u2'), T0 + 30 * HOUR)).toBe('warn');
  expect((await subscribers.get('batch', 'webhook', h))?.strikes).toMatchObject({
    failures: 2,
    about: ['u1', 'u2'],
  });
  expect(await subscribers.strike('batch', 'webhook', h, failing('u3'), T0 + 121 * HOUR)).toBe('giveUp');
  expect(await subscribers.get('batch', 'webhook', h)).toMatchObject({
    state: 'quarantined',
    quarantine: { cause: 'webhook.http_500', at: T0 + 121 * HOUR },
  });
});

it('starts with a clean slate after a success', async () => {
  const h = await aRow();
  await subscribers.strike('batch', 'webhook', h, failing('u1'), T0);
  await subscribers.absolve('batch', 'webhook', h);
  expect((await subscribers.get('batch', 'webhook', h))?.strikes).toBeUndefined();
});

it('counts nothing against who has left, and makes no row', async () => {
  const h = await aRow();
  await subscribers.unsubscribe('batch', 'webhook', h, T0);
  expect(await subscribers.strike('batch', 'webhook', h, failing('u1'), T0)).toBe('carryOn');
  expect((await subscribers.get('batch', 'webhook', h))?.strikes).toBeUndefined();
  await subscribers.strike('batch', 'webhook', 'f'.repeat(24), failing('u1'), T0);
  await subscribers.absolve('batch', 'webhook', 'f'.repeat(24));
  expect(await subscribers.get('batch', 'webhook', 'f'.repeat(24))).toBeUndefined();
});

it('of many who count at once, one is told to warn', async () => {
  const h = await aRow();
  await subscribers.strike('batch', 'webhook', h, failing('u1'), T0);
  const all = await Promise.all(
    Array.from({ length: 3 }, (_, index) =>
      subscribers.strike('batch', 'webhook', h, failing(`v${index}`), T0 + 25 * HOUR),
    ),
  );
  expect(all.filter((verdict) => verdict === 'warn')).toHaveLength(1);
});
