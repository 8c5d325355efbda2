import { expect, it } from 'vitest';
import { anUpdate, PAGE, rowOf, scopeOf, settlePage } from '../../chaos/world/people.ts';
import { createWorld, type World } from '../../chaos/world/world.ts';
import { TABLES } from '../../shared/deployment/tables.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { Receipt } from '../../shared/domain/receipt.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/domain/time.ts';

// Promises that no invariant of a whole run stands for: without them everything would add up all the same.

const NOBODY = { email: 0, sms: 0, slack: 0, webhook: 0 };

/** How often each of them was told of an update. */
function timesTold(world: World, update: string): number[] {
  const times = new Map<string, number>();
  for (const one of world.providers.accepted) {
    if (one.update === update) times.set(one.h, (times.get(one.h) ?? 0) + 1);
  }
  return [...times.values()];
}

async function receiptOf(world: World, update: string): Promise<Receipt | undefined> {
  return (await world.byHand(({ updates }) => updates.get(PAGE, update)))?.receipt;
}

it.each<Channel>(['email', 'sms', 'slack'])(
  'a sender that stood still past the lease of what it has just claimed tells nobody: who comes after it does (%s)',
  async (channel) => {
    let stoodStill = false;
    const world = createWorld({
      faults({ process, operation, target }) {
        const isClaim = operation === 'Put' && target === TABLES.deliveries.logicalId;
        if (stoodStill || !isClaim || !process.startsWith(`deliver-${channel}`)) return undefined;
        stoodStill = true;
        return 'stalls';
      },
      // Until the first sweep has rung for its chunk, and before its own end.
      stallMs: () => 57 * SECOND,
    });
    await settlePage(world, { ...NOBODY, [channel]: 3 });
    await world.play(async () => {
      await world.simulation.sleep(5 * SECOND);
      await world.publish(anUpdate('u1'));
    });
    expect(stoodStill).toBe(true);
    expect(timesTold(world, 'u1')).toEqual([1, 1, 1]);
    expect(await receiptOf(world, 'u1')).toMatchObject({ matched: 3, told: 3 });
  },
);

it('a mail whose answers are all lost is sent again once, and then left', async () => {
  const world = createWorld({
    faults: ({ service, operation }) =>
      service === 'provider' && operation === 'send' ? 'responseLost' : undefined,
  });
  await settlePage(world, { ...NOBODY, email: 3 });
  await world.play(() => world.publish(anUpdate('u1')).then(() => undefined));
  expect(timesTold(world, 'u1')).toEqual([2, 2, 2]);
  expect(await receiptOf(world, 'u1')).toMatchObject({ inDoubt: 3, resent: 3 });
});

it('who wanted nothing of a newer update is not told of an older one after all, once the newer one is out', async () => {
  const world = createWorld();
  const [person] = await settlePage(world, { ...NOBODY, sms: 1 }, () => 'page');
  if (person === undefined) throw new Error('Expected somebody');
  const wants = (to: 'page' | readonly string[]) =>
    world.byHand(({ subscribers }) => subscribers.put({ ...rowOf(person, 0), scope: scopeOf(to) }));
  world.providers.refuse((_, { attempt }, update) =>
    update === 'u1' && attempt === 1 ? { kind: 'retry', cause: 'sms.flaky', afterMs: 3 * MINUTE } : undefined,
  );
  await world.play(async () => {
    await world.publish(anUpdate('u1', ['web']));
    await world.simulation.sleep(10 * SECOND);
    await wants(['other']);
    await world.publish(anUpdate('u2', ['web'], { status: 'resolved' }));
    await world.simulation.sleep(10 * SECOND);
    await wants('page');
  });
  expect(world.providers.accepted).toEqual([]);
  expect(await receiptOf(world, 'u1')).toMatchObject({ matched: 1, superseded: 1 });
});

it('who was told that it began is told that it is over, however late, whatever they missed in between', async () => {
  const world = createWorld();
  await settlePage(world, { ...NOBODY, sms: 3 });
  await world.play(async () => {
    await world.publish(anUpdate('begins'));
    await world.simulation.sleep(MINUTE);
    world.providers.become('sms', 'refusing');
    await world.publish(anUpdate('between', [], { status: 'identified' }));
    await world.simulation.sleep(5 * MINUTE);
    await world.publish(anUpdate('ends', [], { status: 'resolved' }));
    await world.simulation.sleep(9 * HOUR);
    world.providers.become('sms', 'up');
  }, 12 * HOUR);
  expect(timesTold(world, 'between')).toEqual([]);
  expect(timesTold(world, 'ends')).toEqual([1, 1, 1]);
  expect(await receiptOf(world, 'ends')).toMatchObject({ matched: 3, told: 3 });
});

it('who was told is written down before a long wait for the rate: a death in it would leave them in doubt', async () => {
  let claimedAt: number | undefined;
  const openFor: number[] = [];
  const world = createWorld({
    rate: 0.25,
    onWrite({ table, after }, at) {
      if (table !== TABLES.deliveries.logicalId || !String(after?.['sk']).startsWith('chunk#')) return;
      if (claimedAt !== undefined) openFor.push(at - claimedAt);
      claimedAt = after?.['prev'] === after?.['cursor'] ? undefined : at;
    },
  });
  await settlePage(world, { ...NOBODY, sms: 6 });
  await world.play(() => world.publish(anUpdate('u1')).then(() => undefined));
  expect(timesTold(world, 'u1')).toEqual([1, 1, 1, 1, 1, 1]);
  // A turn comes every four seconds; what is open meanwhile is one call, and the wait that is not worth a write.
  expect(openFor.length).toBeGreaterThan(3);
  expect(Math.max(...openFor)).toBeLessThan(4 * SECOND);
});

it('who left while a claim was slow is not told: whoever was read more than a second ago is read again', async () => {
  let stoodStill = false;
  const world = createWorld({
    faults({ process, operation, target }) {
      const isClaim = operation === 'Put' && target === TABLES.deliveries.logicalId;
      if (stoodStill || !isClaim || !process.startsWith('deliver-sms')) return undefined;
      stoodStill = true;
      return 'stalls';
    },
    stallMs: () => 6 * SECOND,
  });
  const people = await settlePage(world, { ...NOBODY, sms: 3 });
  const [leaver] = people;
  if (leaver === undefined) throw new Error('Expected somebody');
  await world.play(async () => {
    await world.publish(anUpdate('u1'));
    await world.simulation.sleep(3 * SECOND);
    expect(stoodStill).toBe(true);
    expect(world.providers.accepted).toEqual([]);
    await world.byHand(({ subscribers }) =>
      subscribers.unsubscribe(PAGE, 'sms', leaver.h, world.clock.now()),
    );
  });
  expect(world.providers.accepted.map(({ h }) => h).sort()).toEqual(
    people.flatMap(({ h }) => (h === leaver.h ? [] : [h])).sort(),
  );
});

it('retries keep to the rate as first attempts do', async () => {
  const calls: number[] = [];
  const people = 24;
  // Chunks of few: more of them wait for a turn than have the patience to.
  const world = createWorld({ rate: 0.5, rowsPerChunk: { sms: 2 } });
  await settlePage(world, { ...NOBODY, sms: people });
  world.providers.refuse((_, { attempt }) => {
    const now = world.clock.now();
    calls.push(now);
    const [first = now] = calls;
    // All of them are due at one instant.
    const afterMs = first + 2 * MINUTE - now;
    return attempt === 1 ? { kind: 'retry', cause: 'sms.flaky', afterMs } : undefined;
  });
  await world.play(() => world.publish(anUpdate('u1')).then(() => undefined));
  expect(timesTold(world, 'u1')).toEqual(Array(people).fill(1));
  const again = calls.sort((a, b) => a - b).slice(people);
  // A turn every two seconds, and a little over for what one call takes longer than another.
  const gaps = again.slice(1).map((at, index) => at - (again[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(1.5 * SECOND);
});
