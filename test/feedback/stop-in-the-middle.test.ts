import { afterAll, beforeAll, expect, it } from 'vitest';
import { SECOND } from '../../shared/domain/time.ts';
import { stopNumber } from '../../shared/feedback/twilio/stop-number.ts';
import { optOutStore } from '../../shared/store/opt-outs.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectSum } from '../fanout/oracles.ts';
import { createWorld } from '../fanout/world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

it('a STOP in the middle of an update holds for every call that starts more than a second later', async () => {
  const world = createWorld(tables, { rowsPerChunk: { sms: 1_000 } });
  await world.open();
  const { client, names } = tables;
  const deps = {
    rows: subscriberRowStore(client, names.subscribers),
    optOuts: optOutStore(client, names.subscribers),
  };
  const people: string[] = [];
  for (let n = 0; n < 60; n++) people.push(await world.subscribe('sms', `${n}`));

  // While the first call is on its way, which takes two seconds, everybody says STOP.
  const told: { readonly call: number }[] = [];
  world.provider.follow(async () => {
    const call = world.provider.calls();
    if (told.length === 0) {
      for (const h of people) await stopNumber(deps, h, world.clock.now());
      world.clock.advance(2 * SECOND);
    }
    told.push({ call });
    return 'accept' as const;
  });
  await world.publish({
    id: 'u1',
    incident: { id: 'outage', name: 'Outage', impact: 'major' },
    status: 'investigating',
    body: '',
    publishedAt: new Date(world.clock.now()).toISOString(),
    components: [],
    notify: true,
  });
  await world.settle();

  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(people.length);
  expect(new Set(told.map(({ call }) => call))).toEqual(new Set([1]));
  await expectSum(world, 'u1', {});
  for (const h of people) {
    expect(await world.stores.subscribers.get(world.page, 'sms', h)).toMatchObject({
      state: 'quarantined',
      quarantine: { cause: 'sms.21610' },
    });
  }
});
