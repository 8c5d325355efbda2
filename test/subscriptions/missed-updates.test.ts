import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExceptionRow } from '../../shared/domain/exception.ts';
import { DAY, HOUR, SECOND } from '../../shared/domain/time.ts';
import { askForMissed, MOST_MISSED } from '../../shared/subscriptions/endpoint-acts.ts';
import { lastTold } from '../../shared/subscriptions/last-told.ts';
import { missedUpdates } from '../../shared/subscriptions/missed-updates.ts';
import { anIncident, anUpdate } from '../domain/builders.ts';
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
    missed: async (since: number, until = Number.POSITIVE_INFINITY) =>
      (await missedUpdates(world.stores, await row(), { since, until })).map(({ id }) => id),
  };
}

it('what failed for good is missed, oldest first; what was told is not', async () => {
  const { world, refuse, publish, missed } = await openWorld();
  refuse('u1', 'u3');
  for (const id of ['u1', 'u2', 'u3', 'u4']) await publish(id);
  expect(await missed(0)).toEqual(['u1', 'u3']);
  expect(await missed(world.clock.now() - 90 * 60 * SECOND)).toEqual(['u3']);
  expect(await missed(world.clock.now())).toEqual([]);
  expect(await missed(0, world.clock.now() - 90 * 60 * SECOND)).toEqual(['u1']);
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
  const span = { since: 0, until: world.clock.now() };
  expect(await missedUpdates(world.stores, revived, span)).toMatchObject([{ id: 'meanwhile' }]);
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
    missing: world.stores,
    clock: world.clock,
  };
  const endpoint = await row();
  const { page, channel, h } = endpoint;
  expect(await askForMissed(deps, endpoint)).toEqual({ kind: 'done', count: 2 });
  expect(rung).toEqual([
    { kind: 'resend', update: 'u1', page, channel, h, delayMs: 0 },
    { kind: 'resend', update: 'u2', page, channel, h, delayMs: 2 * SECOND },
  ]);
  for (let n = 0; n < 2; n++) await askForMissed(deps, endpoint);
  expect(await askForMissed(deps, endpoint)).toEqual({ kind: 'tooMany', until: 1 });
  expect(await world.receipt('u1')).toEqual(before);
});

it('is not only among the last updates of the page: all of the fourteen days are looked at', async () => {
  const { world, refuse, publish, missed } = await openWorld();
  refuse('first');
  await publish('first');
  for (let n = 0; n < 20; n++) await publish(`u${n}`);
  expect((await world.stores.activity.get(world.page)).updates.map(({ id }) => id)).not.toContain('first');
  expect(await missed(0)).toEqual(['first']);
});

it('includes what was accepted just before it was given up and told just after', async () => {
  const { world, row, missed } = await openWorld();
  await world.publish({ ...UPDATE, id: 'onItsWay' });
  world.clock.advance(SECOND);
  const { page, channel, h } = await row();
  await world.stores.subscribers.quarantine(page, channel, h, 'webhook.gone', world.clock.now());
  await world.settle();
  const toldOf = world.provider.accepted.filter(({ update }) => update === 'onItsWay');
  expect(toldOf.map((one) => one.h)).not.toContain(h);
  expect(toldOf).toHaveLength(1);
  expect(await missed(0)).toEqual(['onItsWay']);
});

it('is not said to have been told to an endpoint that was given up', async () => {
  const { world, row, publish } = await openWorld();
  await publish('before');
  world.clock.advance(HOUR);
  const { page, channel, h } = await row();
  await world.stores.subscribers.quarantine(page, channel, h, 'webhook.gone', world.clock.now());
  await publish('meanwhile');
  const told = await lastTold(world.stores, await row());
  expect(told.map(({ update }) => update)).toEqual(['before']);
});

it('is sent in parts when it is very much, with the moment from which the rest begins', async () => {
  const { world, row } = await openWorld();
  const endpoint = await row();
  const from = world.clock.now() - DAY;
  const { page } = endpoint;
  const updates = Array.from({ length: MOST_MISSED + 1 }, (_, n) =>
    anUpdate({ page, id: `u${n}`, acceptedAt: from + n }),
  );
  const incident = anIncident(updates);
  const failed = { h: endpoint.h, state: 'failed' } as ExceptionRow; // what is looked at
  const rung: number[] = [];
  const deps = {
    ring: async (_: object, delayMs = 0) => void rung.push(delayMs),
    limits: { take: async () => ({ kind: 'taken' }) as const },
    missing: {
      incidents: {
        async *listNewest() {
          yield { id: incident.id, at: from + updates.length };
        },
        getMany: async () => [incident],
      },
      updates: {
        getMany: async () => new Map(updates.map((update) => [update.id, { update, digest: '' }])),
      },
      ledger: { read: async () => undefined },
      exceptions: { readChunk: async () => [failed] },
    },
    clock: world.clock,
  };
  const early = { ...endpoint, confirmedAt: from };
  expect(await askForMissed(deps, early)).toEqual({
    kind: 'done',
    count: MOST_MISSED,
    rest: { since: from + MOST_MISSED },
  });
  expect(rung).toHaveLength(MOST_MISSED);
  expect(Math.max(...rung)).toBeLessThan(900 * SECOND);
  expect(await askForMissed(deps, early, { since: from + MOST_MISSED })).toEqual({ kind: 'done', count: 1 });
});
