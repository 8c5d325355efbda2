import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY, HOUR, SECOND } from '../../shared/domain/time.ts';
import { askForMissed } from '../../shared/subscriptions/endpoint-acts.ts';
import { missedUpdates } from '../../shared/subscriptions/missed-updates.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { createWorld } from '../fanout/world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });

/** A page with two endpoints, one of which refuses what it is told to refuse. */
async function openWorld() {
  const world = createWorld(tables);
  await world.open();
  const h = await world.subscribe('webhook', 'often away');
  await world.subscribe('webhook', 'always there');
  world.clock.advance(SECOND);
  const row = async () => {
    const found = await world.stores.subscribers.get(world.page, 'webhook', h);
    if (found === undefined) throw new Error('Expected the endpoint to be there, got none');
    return found;
  };
  return {
    world,
    row,
    refuse: (...ids: string[]) =>
      world.provider.follow((_, { recipient }, update) =>
        recipient.h === h && ids.includes(update)
          ? { kind: 'drop', cause: 'webhook.aborted_by_receiver' }
          : 'accept',
      ),
    async publish(id: string) {
      world.clock.advance(HOUR);
      await world.publish({ ...UPDATE, id });
      await world.settle();
    },
    missed: async (since: number) => missedUpdates(world.stores, await row(), since),
  };
}

it('what failed for good is missed, oldest first; what was told is not', async () => {
  const { world, refuse, publish, missed } = await openWorld();
  refuse('u1', 'u3');
  for (const id of ['u1', 'u2', 'u3', 'u4']) await publish(id);
  expect(await missed(0)).toEqual(['u1', 'u3']);
  expect(await missed(world.clock.now() - 90 * 60 * SECOND)).toEqual(['u3']);
  expect(await missed(world.clock.now())).toEqual([]);
});

it('what came while it was given up is missed, and what came before and after is not', async () => {
  const { world, row, publish, missed } = await openWorld();
  await publish('before');
  world.clock.advance(SECOND);
  const { page, channel, h } = await row();
  const from = world.clock.now();
  await world.stores.subscribers.quarantine(page, channel, h, 'webhook.gone', from);
  await publish('meanwhile');
  expect(await missed(0)).toEqual(['meanwhile']);
  const { quarantine: _over, ...back } = await row();
  world.clock.advance(SECOND);
  const outage = { from, until: world.clock.now() };
  const revived = { ...back, state: 'active', outage } as const;
  expect(await missedUpdates(world.stores, revived, 0)).toEqual(['meanwhile']);
});

it('is asked for one after the other, fourteen days back at most, three times an hour', async () => {
  const { world, row, refuse, publish } = await openWorld();
  refuse('old', 'u1', 'u2');
  await publish('old');
  world.clock.advance(14 * DAY);
  for (const id of ['u1', 'u2']) await publish(id);
  const before = await world.receipt('u1');
  const rung: object[] = [];
  let taken = 0;
  const deps = {
    ring: async (request: object, delayMs = 0) => void rung.push({ ...request, delayMs }),
    limits: {
      take: async () => (++taken > 3 ? ({ kind: 'full', until: 1 } as never) : ({ kind: 'taken' } as const)),
    },
    telling: world.stores,
    clock: world.clock,
  };
  const endpoint = await row();
  const { page, channel, h } = endpoint;
  expect(await askForMissed(deps, endpoint, 0)).toEqual({ kind: 'done', count: 2 });
  expect(rung).toEqual([
    { kind: 'resend', update: 'u1', page, channel, h, delayMs: 0 },
    { kind: 'resend', update: 'u2', page, channel, h, delayMs: 2 * SECOND },
  ]);
  for (let n = 0; n < 2; n++) await askForMissed(deps, endpoint, 0);
  expect(await askForMissed(deps, endpoint, 0)).toEqual({ kind: 'tooMany', until: 1 });
  expect(await world.receipt('u1')).toEqual(before);
});
