import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { type SweepDependencies, sweep } from '../../shared/fanout/sweep.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectSum, told } from './oracles.ts';
import { createWorld, type World } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });

async function withSubscribers(...channels: readonly ('email' | 'webhook')[]): Promise<World> {
  const world = createWorld(tables);
  await world.open();
  for (const channel of channels) await world.subscribe(channel, 'one');
  world.clock.advance(SECOND);
  return world;
}

it('that dies when it closes a receipt leaves no update open in its incident', async () => {
  const world = await withSubscribers('email');
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.drain();
  const { incidents, updates } = world.sweeping;
  const dead = () => Promise.reject(new Error('dead'));
  const dying = (deps: Partial<SweepDependencies>) =>
    sweep({ ...world.sweeping, onTrouble: () => {}, ...deps } as SweepDependencies);
  await dying({ incidents: { ...incidents, change: dead } });
  await dying({ updates: { ...updates, close: dead } });
  await world.sweep();
  const stored = await world.stores.updates.get(world.page, 'u1');
  expect(stored?.receipt).toMatchObject({ complete: true, told: 1 });
  const incident = await world.stores.incidents.get(world.page, UPDATE.incident.id);
  expect(incident?.open).toEqual([]);
});

it('does not ring for a channel that is switched off, and does once it is on again', async () => {
  const world = await withSubscribers('email', 'webhook');
  await world.publish({ ...UPDATE, id: 'u1' });
  world.wipeQueues();
  world.clock.advance(10 * MINUTE);
  const withoutEmail = { ...world.sweeping, channels: CHANNELS.filter((channel) => channel !== 'email') };
  await sweep(withoutEmail);
  await sweep(withoutEmail);
  await world.drain();
  expect(told(world).map((line) => line.split(' ')[0])).toEqual(['webhook']);
  await world.settle();
  await expectSum(world, 'u1', { matched: 2, told: 2 });
});

it('does not ring for what is due on a channel that is switched off', async () => {
  const world = await withSubscribers('email');
  world.provider.follow(() => ({ kind: 'retry', cause: 'test.busy' }));
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.drain();
  world.wipeQueues();
  world.clock.advance(10 * MINUTE);
  expect(await sweep({ ...world.sweeping, channels: ['webhook'] })).toMatchObject({ dueRung: 0 });
  expect(await world.sweep()).toMatchObject({ dueRung: 1 });
});

it('rings what is due although it does not get through the open updates', async () => {
  const world = await withSubscribers('email');
  world.provider.follow(() => ({ kind: 'retry', cause: 'test.busy' }));
  await world.publish({ ...UPDATE, id: 'u1' });
  await world.drain();
  world.wipeQueues();
  world.clock.advance(10 * MINUTE);
  const { updates } = world.sweeping;
  const listOpen: typeof updates.listOpen = async function* () {
    yield* updates.listOpen();
    throw new Error('time is up');
  };
  await expect(sweep({ ...world.sweeping, updates: { ...updates, listOpen } })).rejects.toThrow('time is up');
  world.provider.follow(() => 'accept');
  await world.drain();
  expect(told(world)).toHaveLength(1);
});

it('reads the ledger of an update once', async () => {
  const world = await withSubscribers('email', 'webhook');
  await world.publish({ ...UPDATE, id: 'u1' });
  const { ledger } = world.sweeping;
  let reads = 0;
  const readAll: typeof ledger.readAll = (...args) => {
    reads++;
    return ledger.readAll(...args);
  };
  await sweep({ ...world.sweeping, ledger: { readAll } });
  expect(reads).toBe(CHANNELS.length);
});

it('looks at many open updates side by side: retries of days keep hundreds of them open', async () => {
  const world = await withSubscribers('email');
  for (let index = 0; index < 30; index++) {
    const id = `u${index}`;
    await world.publish({ ...UPDATE, id, incident: { ...UPDATE.incident, id } });
  }
  const { updates } = world.sweeping;
  let inWork = 0;
  let most = 0;
  const get: typeof updates.get = async (...args) => {
    most = Math.max(most, ++inWork);
    try {
      return await updates.get(...args);
    } finally {
      inWork--;
    }
  };
  expect(await sweep({ ...world.sweeping, updates: { ...updates, get } })).toMatchObject({ open: 30 });
  expect(most).toBeGreaterThan(4);
  expect(most).toBeLessThanOrEqual(16);
});

it('says which channels pause, for as long as somebody still tries', async () => {
  const world = await withSubscribers('email');
  world.provider.follow(() => ({ kind: 'halt', cause: 'test.suspended', afterMs: 5 * MINUTE }));
  await world.publish({ ...UPDATE, id: 'u1' });
  expect(await world.sweep()).toMatchObject({ paused: [] });
  await world.drain();
  world.clock.advance(4 * MINUTE);
  expect(await world.sweep()).toMatchObject({ paused: ['email'] });
  expect(await sweep({ ...world.sweeping, channels: ['sms'] })).toMatchObject({ paused: [] });
  // Nobody has come back to try: the doorbells were lost, and the sweep rings one.
  world.wipeQueues();
  world.clock.advance(10 * MINUTE);
  expect(await world.sweep()).toMatchObject({ paused: [], rung: 1 });
  world.provider.follow(() => 'accept');
  await world.settle();
  expect(await world.sweep()).toMatchObject({ paused: [] });
});
