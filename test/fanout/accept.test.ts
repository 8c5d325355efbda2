import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../shared/domain/time.ts';
import { type AcceptDependencies, acceptUpdate } from '../../shared/fanout/accept.ts';
import { anUpdate, selection } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { DEATHS, type Death, dying } from './dying.ts';
import { expectNoRepeats, expectRisingOrder, expectSum, told } from './oracles.ts';
import { createWorld, type World } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });
const update = (id: string, more: Partial<typeof UPDATE> = {}) => ({ ...UPDATE, id, ...more });

async function aWorld(perChannel = 3): Promise<{ world: World; everybody: string[] }> {
  const world = createWorld(tables);
  await world.open();
  const everybody: string[] = [];
  for (const channel of ['email', 'webhook'] as const) {
    for (let index = 0; index < perChannel; index++) {
      everybody.push(`${channel} ${await world.subscribe(channel, `${index}`)}`);
    }
  }
  world.clock.advance(SECOND);
  return { world, everybody: everybody.sort() };
}

/** Accepts in a process that may die over it. Returns nothing: who is dead answers nobody. */
async function acceptAndDie(world: World, id: string, death: Death): Promise<void> {
  const deps = dying(world.accepting, death);
  await acceptUpdate(deps, { ...update(id), page: world.page }).catch(() => undefined);
}

const historyOf = async (world: World) =>
  (await world.stores.incidents.get(world.page, UPDATE.incident.id))?.history ?? [];

const isStored = async (world: World, id: string) =>
  (await world.stores.updates.get(world.page, id)) !== undefined;

describe.each(DEATHS)('a process that dies $when write $write of an accept', (death) => {
  it('loses nothing: its publisher tries again, and everybody is told once', async () => {
    const { world, everybody } = await aWorld();
    await acceptAndDie(world, 'u1', death);
    const again = await world.publish(update('u1'));
    expect(again).toMatchObject({ kind: expect.stringMatching(/accepted|repeated/), sequence: 1 });
    await world.settle();
    expect(await historyOf(world)).toEqual(['u1']);
    expect(told(world)).toEqual(everybody);
    await expectSum(world, 'u1', { matched: 6, told: 6 });
  });

  it('loses nothing that it stored, although nobody tries again', async () => {
    const { world, everybody } = await aWorld();
    await acceptAndDie(world, 'u1', death);
    const stored = await isStored(world, 'u1');
    expect(stored).toBe(death.write > 2 || (death.write === 2 && death.when === 'after'));
    await world.settle();
    expect(await historyOf(world)).toEqual(stored ? ['u1'] : []);
    expect(told(world)).toEqual(stored ? everybody : []);
  });

  it('lets a newer update of the incident neither overtake it nor wait for it', async () => {
    const { world } = await aWorld();
    await acceptAndDie(world, 'u1', death);
    const storedFirst = await isStored(world, 'u1');
    expect(await world.publish(update('u2'))).toMatchObject({ kind: 'accepted' });
    await world.publish(update('u1'));
    await world.settle();
    expect(await historyOf(world)).toEqual(storedFirst ? ['u1', 'u2'] : ['u2', 'u1']);
    expectRisingOrder(world);
    expectNoRepeats(world);
    expect(told(world)).toHaveLength(12);
  });
});

it('however accepts die and are tried again, what was stored first comes before what was announced later', async () => {
  const death = fc.constantFrom<Death | undefined>(undefined, ...DEATHS);
  const accept = fc.tuple(fc.constantFrom('u1', 'u2', 'u3'), death);
  await fc.assert(
    fc.asyncProperty(fc.array(accept, { minLength: 2, maxLength: 6 }), async (accepts) => {
      const { world } = await aWorld(0);
      const announced = new Map<string, number>();
      const stored = new Map<string, number>();
      for (const [step, [id, how]] of accepts.entries()) {
        world.clock.advance(1);
        if (how === undefined) await world.publish(update(id));
        else await acceptAndDie(world, id, how);
        if (!announced.has(id)) announced.set(id, step);
        if (!stored.has(id) && (await isStored(world, id))) stored.set(id, step);
      }
      await world.settle();
      const history = await historyOf(world);
      expect(history.toSorted()).toEqual([...stored.keys()].sort());
      for (const [first, storedAt] of stored) {
        for (const later of stored.keys()) {
          if (storedAt >= (announced.get(later) ?? 0)) continue;
          expect(history.indexOf(first)).toBeLessThan(history.indexOf(later));
        }
      }
    }),
    { numRuns: 15 },
  );
});

it('thirty updates of one incident accepted at once each get one place', async () => {
  const { world } = await aWorld(1);
  const ids = Array.from({ length: 30 }, (_, index) => `u${index}`);
  const accepted = await Promise.all(ids.map((id) => world.publish(update(id))));
  const places = accepted.map((one) => ('sequence' in one ? one.sequence : 0));
  expect(places.toSorted((a, b) => a - b)).toEqual(ids.map((_, index) => index + 1));
  const history = await historyOf(world);
  expect(history.map((id) => places[ids.indexOf(id)])).toEqual(ids.map((_, index) => index + 1));
}, 60_000);

it('the same update accepted ten times at once is one update', async () => {
  const { world, everybody } = await aWorld(1);
  const answers = await Promise.all(Array.from({ length: 10 }, () => world.publish(update('u1'))));
  expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
  expect(answers.every((one) => 'sequence' in one && one.sequence === 1)).toBe(true);
  await world.settle();
  expect(told(world)).toEqual(everybody);
});

describe('doorbells', () => {
  const withRing = (world: World, ring: AcceptDependencies['doorbells']['ring']) => ({
    ...world.accepting,
    doorbells: { ring },
  });
  const enqueuedAt = async (world: World) => (await world.stores.updates.get(world.page, 'u1'))?.enqueuedAt;

  it.each([
    ['refuses one of them', async () => 1],
    ['is out of reach', () => Promise.reject(new Error('ECONNREFUSED'))],
  ])('that the queue %s are no reason to refuse the update; the sweeper rings', async (_, ring) => {
    const { world, everybody } = await aWorld();
    const answer = await acceptUpdate(withRing(world, ring), { ...update('u1'), page: world.page });
    expect(answer.kind).toBe('accepted');
    expect(await enqueuedAt(world)).toBeUndefined();
    await world.sweep();
    expect(await enqueuedAt(world)).toBe(world.clock.now());
    await world.settle();
    expect(told(world)).toEqual(everybody);
  });

  it('are as many as at the first update of the incident, whoever came since', async () => {
    const world = createWorld(tables, { rowsPerChunk: { email: 4 } });
    await world.open();
    for (let index = 0; index < 8; index++) await world.subscribe('email', `${index}`);
    await world.publish(update('u1'));
    for (let index = 8; index < 40; index++) await world.subscribe('email', `${index}`);
    await world.publish(update('u2'));
    const incident = await world.stores.incidents.get(world.page, UPDATE.incident.id);
    expect(incident?.chunks.email).toBe(2);
    const elsewhere = { ...UPDATE.incident, id: 'another' };
    await world.publish(update('u3', { incident: elsewhere }));
    expect((await world.stores.incidents.get(world.page, 'another'))?.chunks.email).toBe(8);
  });
});

it('whoever follows a component hears of it, whatever it is called', async () => {
  const { world } = await aWorld(0);
  const names = ['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'];
  const hs: string[] = [];
  for (const name of names) hs.push(await world.subscribe('email', name, selection({ components: [name] })));
  world.clock.advance(SECOND);
  const components = names.map((name) => ({ id: name, name, newStatus: 'major_outage' as const }));
  await world.publish(update('u1', { components }));
  await world.settle();
  expect(told(world)).toEqual(hs.map((h) => `email ${h}`).sort());
});
