import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../shared/domain/time.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectSum } from './oracles.ts';
import type { Fate } from './test-provider.ts';
import { createWorld } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });

it('a text that is never taken and never answered comes to an end', async () => {
  const world = createWorld(tables);
  await world.open();
  const bad = await world.subscribe('sms', 'bad');
  await world.subscribe('sms', 'good');
  const full = await world.subscribe('slack', 'full');
  world.clock.advance(SECOND);
  world.provider.follow((_, { recipient }) => {
    if (recipient.h === bad) return { kind: 'inDoubt', cause: 'test.hangs' };
    if (recipient.h === full)
      return { kind: 'backoff', cause: 'test.full', scope: 'installation', afterMs: 10 * MINUTE };
    return 'accept';
  });
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.drain();
  // What a day of asking every few minutes comes to.
  world.clock.advance(DAY);
  await world.settle();
  await expectSum(world, 'u1', { matched: 3, told: 1, failed: 2 });
});

it('a chunk that gives way to a newer update is done in one write, so that no crash leaves it in doubt', async () => {
  const world = createWorld(tables);
  await world.open();
  for (let index = 0; index < 30; index++) await world.subscribe('email', `${index}`);
  world.clock.advance(SECOND);
  await world.publish({ ...UPDATE, id: 'u1' });
  world.clock.advance(5 * MINUTE);
  await world.publish({ ...UPDATE, id: 'u2' });
  const { ledger } = world.stores;
  const { swap } = ledger;
  const written: boolean[] = [];
  ledger.swap = (ref, seen, next, now) => {
    if (ref.update === 'u1' && ref.channel === 'email') written.push(next.done);
    return swap(ref, seen, next, now);
  };
  await world.settle();
  expect(written).not.toContain(false);
  await expectSum(world, 'u1', { matched: 30, superseded: 30 });
  await expectSum(world, 'u2', { matched: 30, told: 30 });
});

it('a process that dies among those whom a newer update does not concern leaves nobody else in doubt', async () => {
  const world = createWorld(tables, { rowsPerChunk: { email: 500 } });
  await world.open(['in_progress']);
  for (let index = 0; index < 100; index++) await world.subscribe('email', `${index}`);
  for (let index = 0; index < 5; index++) {
    const h = await world.subscribe('email', `seldom${index}`);
    const subscriber = await world.stores.subscribers.get(world.page, 'email', h);
    if (subscriber) await world.stores.subscribers.put({ ...subscriber, filters: { detail: 'milestones' } });
  }
  world.clock.advance(SECOND);
  await world.publish({ ...UPDATE, id: 'u1' });
  world.clock.advance(5 * MINUTE);
  await world.publish({ ...UPDATE, id: 'u2', status: 'identified' });
  let hasDied = false;
  world.provider.follow(() => {
    if (hasDied) return 'accept';
    hasDied = true;
    return 'acceptThenCrash';
  });
  await world.settle();
  await expectSum(world, 'u1', { matched: 105, superseded: 100 });
  await expectSum(world, 'u2', { matched: 100, told: 100 });
});

it('a mail in doubt that is refused when it is sent again stays in doubt', async () => {
  const world = createWorld(tables);
  await world.open();
  await world.subscribe('email', 'a');
  world.clock.advance(SECOND);
  const fates: Fate[] = ['acceptThenTimeout', { kind: 'drop', cause: 'email.MessageRejected' }];
  world.provider.follow(() => fates.shift() ?? 'accept');
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.settle();
  expect(world.provider.accepted).toHaveLength(1);
  await expectSum(world, 'u1', { matched: 1, inDoubt: 1, failed: 0, resent: 1 });
});

it('a provider is asked once whether it answers, however many are in doubt', async () => {
  const world = createWorld(tables, { rowsPerChunk: { email: 4 } });
  await world.open();
  for (let index = 0; index < 40; index++) await world.subscribe('email', `${index}`);
  world.clock.advance(SECOND);
  world.provider.follow(() => ({ kind: 'inDoubt', cause: 'test.silence' }));
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.drain();
  world.provider.follow(() => 'accept');
  await world.settle();
  await expectSum(world, 'u1', { matched: 40, told: 40 });
  expect(world.provider.probes()).toBeLessThanOrEqual(8);
});
