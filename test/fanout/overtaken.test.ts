import { afterAll, beforeAll, expect, it } from 'vitest';
import { abandonCall, doubtRow, markOvertaken, startCall } from '../../shared/domain/exception.ts';
import { MINUTE } from '../../shared/domain/time.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { createWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

it('a doubt that a newer update has overtaken meanwhile is not claimed for a call', async () => {
  const world = createWorld(tables);
  const now = world.clock.now();
  const ref = { page: world.page, update: 'u1', channel: 'sms', chunk: 0, of: 1 } as const;
  const doubt = doubtRow('a'.repeat(24), now - 3 * MINUTE, now - MINUTE, now);
  await world.stores.exceptions.putNew(ref, doubt, now);
  expect(await world.stores.exceptions.swap(ref, doubt, markOvertaken(doubt), now)).toBe(true);
  const calling = startCall({ ...doubt, state: 'waiting' }, now, { owner: 'me', leaseMs: 1, endsAt: now });
  expect(await world.stores.exceptions.swap(ref, doubt, calling, now)).toBe(false);
  expect(await world.stores.exceptions.swap(ref, doubt, abandonCall(doubt), now)).toBe(false);
});
