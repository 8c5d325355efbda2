import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../shared/domain/time.ts';
import type { Update } from '../../shared/domain/update.ts';
import { remindAll } from '../../shared/fanout/remind.ts';
import { T0 } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Death, dying } from './dying.ts';
import { expectNoRepeats, expectRisingOrder, expectSum } from './oracles.ts';
import { createWorld, type World } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const time = (at: number) => new Date(at).toISOString();
/** Two days from when every world begins. */
const START = T0 + 48 * HOUR;

type Step = Omit<Update, 'page'>;

/** A step of the maintenance, published now. */
function step(
  world: World,
  id: string,
  more: Partial<Step> = {},
  facts: Partial<Step['incident']> = {},
): Step {
  return {
    id,
    incident: {
      id: 'upgrade',
      name: 'Database upgrade',
      impact: 'maintenance',
      scheduledFor: time(START),
      scheduledUntil: time(START + HOUR),
      ...facts,
    },
    status: 'scheduled',
    body: 'The database is upgraded.',
    publishedAt: time(world.clock.now()),
    components: [],
    notify: true,
    ...more,
  };
}

/** A page that reminds a day and an hour before, unless said otherwise, with one reader by email and one webhook. */
async function aWorld(reminders: readonly number[] | undefined = [60, 24 * 60]): Promise<World> {
  const world = createWorld(tables);
  await world.stores.pages.put({
    id: world.page,
    name: 'Batch',
    url: 'https://status.batch.com',
    components: [],
    ...(reminders && { reminders }),
  });
  await world.subscribe('email', 'reader');
  await world.subscribe('webhook', 'machine');
  world.clock.advance(SECOND);
  return world;
}

/** The minutes go by as they do on AWS: one sweep each, and everything that it rang is answered. */
async function passUntil(world: World, at: number): Promise<void> {
  while (world.clock.now() < at) {
    world.clock.advanceTo(Math.min(at, (Math.floor(world.clock.now() / MINUTE) + 1) * MINUTE));
    await world.sweep();
    await world.drain();
  }
}

/** Goes on to a moment without any sweep: nothing of ours ran. */
function outageUntil(world: World, at: number): void {
  world.clock.advanceTo(at);
}

/** What the reader by email was told: statuses as published, reminders as the minutes before the start. */
async function toldByEmail(world: World): Promise<(string | number)[]> {
  const emails = world.provider.accepted.filter(({ channel }) => channel === 'email');
  return Promise.all(
    emails.map(async ({ update }) => {
      const stored = await world.stores.updates.get(world.page, update);
      return stored?.update.reminder?.minutesBefore ?? stored?.update.status ?? 'nothing stored';
    }),
  );
}

const whenTold = (world: World) =>
  world.provider.accepted.filter(({ channel }) => channel === 'email').map(({ at }) => at);

async function isListed(world: World, now = START + 1_000 * HOUR): Promise<boolean> {
  for await (const { page } of world.stores.incidents.listToRemind(now)) if (page === world.page) return true;
  return false;
}

it('everybody is reminded once, at each of the times that the page has set, and nothing is left to do', async () => {
  const world = await aWorld();
  await world.publish(step(world, 'u1'));
  await world.settle();
  outageUntil(world, START - 24 * HOUR - 3 * MINUTE);
  await passUntil(world, START - 24 * HOUR + 3 * MINUTE);
  outageUntil(world, START - HOUR - 3 * MINUTE);
  await passUntil(world, START - HOUR + 3 * MINUTE);
  expect(await toldByEmail(world)).toEqual(['scheduled', 24 * 60, 60]);
  expect(whenTold(world).slice(1)).toEqual([START - 24 * HOUR, START - HOUR]);
  expectNoRepeats(world);
  expectRisingOrder(world);
  const { history = [] } = (await world.stores.incidents.get(world.page, 'upgrade')) ?? {};
  for (const update of history) await expectSum(world, update, { matched: 2, told: 2 });
  expect(await isListed(world)).toBe(false);
});

it('a reminder says what was said last, under a name of its own', async () => {
  const world = await aWorld([60]);
  await world.publish(step(world, 'u1'));
  await world.publish(step(world, 'u2', { status: 'update', body: 'It will take longer.' }));
  await world.settle();
  outageUntil(world, START - HOUR);
  await world.sweep();
  const incident = await world.stores.incidents.get(world.page, 'upgrade');
  const [, , id = ''] = incident?.history ?? [];
  expect(id).toMatch(/^reminder-[\w-]{22}$/);
  const stored = await world.stores.updates.get(world.page, id);
  expect(stored?.update).toMatchObject({
    status: 'scheduled',
    body: 'It will take longer.',
    publishedAt: time(START - HOUR),
    incident: { scheduledFor: time(START), scheduledUntil: time(START + HOUR) },
    reminder: { scheduledFor: time(START), minutesBefore: 60 },
  });
});

describe('which reminders there are', () => {
  it.each([
    { what: 'an hour before, when the page says nothing', page: undefined, own: undefined, expected: [60] },
    { what: 'none, when the page wants none', page: [], own: undefined, expected: [] },
    {
      what: 'those of the maintenance itself, when it has some',
      page: [60],
      own: [30, 10],
      expected: [30, 10],
    },
    { what: 'none, when the maintenance wants none', page: [60], own: [], expected: [] },
  ])('$what', async ({ page, own, expected }) => {
    const world = await aWorld(page);
    await world.publish(step(world, 'u1', {}, own && { reminders: own }));
    await world.settle();
    outageUntil(world, START - 61 * MINUTE);
    await passUntil(world, START + 2 * MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', ...expected]);
    expect(await isListed(world)).toBe(false);
  });

  it('only those that were not yet due when the work was announced', async () => {
    const world = await aWorld();
    outageUntil(world, START - 30 * HOUR + 10 * HOUR);
    await world.publish(step(world, 'u1'));
    await passUntil(world, world.clock.now() + 2 * MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled']);
    outageUntil(world, START - HOUR);
    await passUntil(world, START - HOUR + MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 60]);
  });

  it.each([
    { what: 'that nobody was told of', more: { notify: false }, facts: {} },
    { what: 'that was filled in later', more: {}, facts: { backfilled: true } },
  ])('none of work $what', async ({ more, facts }) => {
    const world = await aWorld();
    await world.publish(step(world, 'u1', more, facts));
    expect(await isListed(world)).toBe(false);
  });
});

describe('a reminder that was due while nothing ran', () => {
  it('goes out with the first sweep, if the work is still to come', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.settle();
    outageUntil(world, START - 20 * MINUTE);
    await passUntil(world, world.clock.now() + MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 60]);
    expect((whenTold(world)[1] ?? 0) - (START - 20 * MINUTE)).toBeLessThanOrEqual(MINUTE);
  });

  it('gives way to the latest of several', async () => {
    const world = await aWorld();
    await world.publish(step(world, 'u1'));
    await world.settle();
    outageUntil(world, START - 20 * MINUTE);
    await passUntil(world, START + 5 * MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 60]);
  });

  it('is not sent once the start has come, and is not looked at for ever', async () => {
    const world = await aWorld();
    await world.publish(step(world, 'u1'));
    await world.settle();
    outageUntil(world, START);
    expect(await isListed(world, START)).toBe(true);
    await passUntil(world, START + 3 * MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled']);
    expect(await isListed(world)).toBe(false);
  });

  it.each(['in_progress', 'verifying', 'completed', 'cancelled', 'resolved'] as const)(
    'is not sent once the work is %s',
    async (status) => {
      const world = await aWorld();
      await world.publish(step(world, 'u1'));
      await world.settle();
      outageUntil(world, START - 50 * MINUTE);
      await world.publish(step(world, 'u2', { status }));
      await passUntil(world, START + 3 * MINUTE);
      expect(await toldByEmail(world)).toEqual(['scheduled', status]);
      expect(await isListed(world)).toBe(false);
    },
  );

  it('by the provider is told when it is back, once', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.settle();
    outageUntil(world, START - HOUR - MINUTE);
    const backAt = START - 20 * MINUTE;
    world.provider.follow(() =>
      world.clock.now() < backAt
        ? { kind: 'backoff', cause: 'test.down', scope: 'sender', afterMs: SECOND }
        : 'accept',
    );
    await passUntil(world, START - 15 * MINUTE);
    await world.settle();
    expect(await toldByEmail(world)).toEqual(['scheduled', 60]);
    expect(whenTold(world)[1]).toBeGreaterThanOrEqual(backAt);
    expect((whenTold(world)[1] ?? 0) - backAt).toBeLessThanOrEqual(2 * MINUTE);
  });
});

describe('work that is moved', () => {
  const LATER = START + 5 * HOUR;
  const moved = { scheduledFor: time(LATER), scheduledUntil: time(LATER + HOUR) };

  it('is reminded of before its new start alone', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.publish(step(world, 'u2', {}, moved));
    await world.settle();
    outageUntil(world, START - 62 * MINUTE);
    await passUntil(world, START + MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 'scheduled']);
    outageUntil(world, LATER - 62 * MINUTE);
    await passUntil(world, LATER + MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 'scheduled', 60]);
    expect(whenTold(world)[2]).toBe(LATER - HOUR);
  });

  it('after its reminder is reminded of again', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.settle();
    outageUntil(world, START - HOUR);
    await passUntil(world, START - 50 * MINUTE);
    await world.publish(step(world, 'u2', {}, moved));
    await passUntil(world, START - 45 * MINUTE);
    outageUntil(world, LATER - 61 * MINUTE);
    await passUntil(world, LATER + MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 60, 'scheduled', 60]);
    expectNoRepeats(world);
    expectRisingOrder(world);
  });

  it('and back again is reminded of once', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.publish(step(world, 'u2', {}, moved));
    await world.publish(step(world, 'u3'));
    await world.settle();
    outageUntil(world, START - 61 * MINUTE);
    await passUntil(world, START + 2 * MINUTE);
    outageUntil(world, LATER - 61 * MINUTE);
    await passUntil(world, LATER + MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 'scheduled', 'scheduled', 60]);
  });

  it('and only told in other words keeps its reminder', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.publish(
      step(world, 'u2', { status: 'update' }, { scheduledFor: time(START).replace('Z', '+00:00') }),
    );
    await world.settle();
    outageUntil(world, START - 61 * MINUTE);
    await passUntil(world, START + 2 * MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 'update', 60]);
  });

  it.each([
    { what: 'moved', next: { facts: moved }, expected: 'scheduled' },
    { what: 'cancelled', next: { more: { status: 'cancelled' as const } }, expected: 'cancelled' },
  ])(
    'is $what while its reminder is on its way into the incident: nobody is told of the old time',
    async ({ next, expected }) => {
      const world = await aWorld([60]);
      await world.publish(step(world, 'u1'));
      await world.settle();
      outageUntil(world, START - HOUR);
      const { more = {}, facts = {} }: { more?: Partial<Step>; facts?: object } = next;
      const { updates } = world.sweeping;
      let published = false;
      const sweeping = {
        ...world.sweeping,
        updates: {
          ...updates,
          // Between the announcement of the reminder and its storing, the operator is quicker.
          async putNew(...args: Parameters<typeof updates.putNew>) {
            if (!published) await world.publish(step(world, 'u2', more, facts));
            published = true;
            return updates.putNew(...args);
          },
        },
      };
      await remindAll(sweeping);
      expect(published).toBe(true);
      await world.settle();
      expect(await toldByEmail(world)).toEqual(['scheduled', expected]);
      const { history, arriving } = (await world.stores.incidents.get(world.page, 'upgrade')) ?? {};
      expect({ history, arriving }).toEqual({ history: ['u1', 'u2'], arriving: [] });
    },
  );
});

describe('two sweepers', () => {
  it('that race accept one reminder between them', async () => {
    for (let round = 0; round < 5; round++) {
      const world = await aWorld([60]);
      await world.publish(step(world, 'u1'));
      await world.settle();
      outageUntil(world, START - HOUR + round);
      await Promise.all([world.sweep(), world.sweep(), world.sweep()]);
      await world.settle();
      expect(await toldByEmail(world)).toEqual(['scheduled', 60]);
      expectNoRepeats(world);
    }
  });

  it('that saw different words agree on those that were stored', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.settle();
    outageUntil(world, START - HOUR);
    await remindAndDie(world, { write: 3, when: 'before' });
    await world.publish(step(world, 'u2', { status: 'update', body: 'Some other words.' }));
    await world.settle();
    await passUntil(world, START + MINUTE);
    expect(await toldByEmail(world)).toEqual(['scheduled', 60, 'update']);
    expectNoRepeats(world);
  });
});

/** Announce, store, note, place, ring, mark. */
const STEPS = 6;
const DEATHS: Death[] = Array.from({ length: STEPS }, (_, index) => index + 1).flatMap((write) => [
  { write, when: 'before' },
  { write, when: 'after' },
]);

async function remindAndDie(world: World, death: Death): Promise<void> {
  const { listToRemind } = world.sweeping.incidents;
  const deps = dying(world.sweeping, death);
  await remindAll({
    ...world.sweeping,
    ...deps,
    incidents: { ...deps.incidents, listToRemind },
    onTrouble: () => {},
  });
}

describe.each(DEATHS)('a sweeper that dies $when write $write of a reminder', (death) => {
  it('loses nothing and tells nobody twice: the next minute goes on', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.settle();
    outageUntil(world, START - HOUR);
    await remindAndDie(world, death);
    await passUntil(world, START - HOUR + 2 * MINUTE);
    await world.settle();
    expect(await toldByEmail(world)).toEqual(['scheduled', 60]);
    expectNoRepeats(world);
    expect(await isListed(world)).toBe(false);
  });

  it('keeps nobody from moving the work: the new start is told, and nothing of the old one after it', async () => {
    const world = await aWorld([60]);
    await world.publish(step(world, 'u1'));
    await world.settle();
    outageUntil(world, START - HOUR);
    await remindAndDie(world, death);
    await world.publish(step(world, 'u2', {}, { scheduledFor: time(START + 9 * HOUR) }));
    await passUntil(world, START + 2 * MINUTE);
    await world.settle();
    expect((await toldByEmail(world)).at(-1)).toBe('scheduled');
    expectNoRepeats(world);
    expectRisingOrder(world);
    const { open, arriving } = (await world.stores.incidents.get(world.page, 'upgrade')) ?? {};
    expect(open).toEqual([]);
    // A name that was announced and never stored is looked for, not found, and skipped.
    expect(arriving?.length).toBeLessThanOrEqual(1);
  });
});
