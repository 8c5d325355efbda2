import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNELS, isReadByPeople } from '../../shared/domain/channel.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { anUpdate, selection } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectNoRepeats, expectRisingOrder, expectSum, told } from './oracles.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const SMALL_CHUNKS = { email: 4, sms: 4, slack: 4, webhook: 4 };

/** Webhooks are tried for three days: a sweep now and then will do. */
const SLOW_SWEEPS = { longest: 5 * 24 * 60 * MINUTE, sweepEvery: 30 * MINUTE };

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });
const update = (id: string, more: Partial<typeof UPDATE> = {}) => ({ ...UPDATE, id, ...more });

/** A page with `perChannel` subscribers to everything on each channel. */
async function aWorld(
  perChannel: number,
  options: WorldOptions = {},
): Promise<{ world: World; everybody: string[] }> {
  const world = createWorld(tables, { rowsPerChunk: SMALL_CHUNKS, ...options });
  await world.open();
  const everybody: string[] = [];
  for (const channel of CHANNELS) {
    for (let index = 0; index < perChannel; index++) {
      everybody.push(`${channel} ${await world.subscribe(channel, `${index}`)}`);
    }
  }
  world.clock.advance(SECOND);
  return { world, everybody: everybody.sort() };
}

describe('one update', () => {
  it('reaches its audience, once each, on all channels, and nobody else', async () => {
    const { world, everybody } = await aWorld(20);
    const inside = await world.subscribe('email', 'api', selection({ components: ['api'] }));
    await world.subscribe('email', 'mail', selection({ components: ['mail'] }));
    world.clock.advance(SECOND);
    await world.publish(
      update('u1', { components: [{ id: 'api', name: 'API', newStatus: 'major_outage' }] }),
    );
    await world.settle();
    expect(told(world)).toEqual([...everybody, `email ${inside}`].sort());
    await expectSum(world, 'u1', { matched: 81, told: 81 });
    expect(world.dead).toEqual([]);
  });

  it('is told once however often its doorbells are delivered', async () => {
    const { world, everybody } = await aWorld(20, { deliveries: 3 });
    await world.publish(update('u1'));
    await world.settle();
    expectNoRepeats(world);
    expect(told(world)).toEqual(everybody);
    await expectSum(world, 'u1', { matched: 80, told: 80 });
  });

  it('is told although every queue was wiped', async () => {
    const { world, everybody } = await aWorld(20);
    await world.publish(update('u1'));
    world.wipeQueues();
    const took = await world.settle();
    expect(told(world)).toEqual(everybody);
    expect(took).toBeLessThanOrEqual(2 * MINUTE);
  });

  it('tells nobody who came after it', async () => {
    const { world, everybody } = await aWorld(3);
    await world.publish(update('u1'));
    world.clock.advance(1);
    await world.subscribe('email', 'late');
    await world.settle();
    expect(told(world)).toEqual(everybody);
  });

  it('tells nobody when its publisher said so', async () => {
    const { world } = await aWorld(3);
    await world.publish(update('quiet', { notify: false }));
    await world.publish(update('old', { incident: { ...UPDATE.incident, backfilled: true } }));
    await world.settle();
    expect(told(world)).toEqual([]);
    await expectSum(world, 'quiet', { matched: 0 });
  });

  it('tells nobody by a call that starts after they left', async () => {
    const { world } = await aWorld(0, { rowsPerChunk: { email: 500 } });
    const hs: string[] = [];
    for (let index = 0; index < 120; index++) hs.push(await world.subscribe('email', `${index}`));
    hs.sort();
    world.clock.advance(SECOND);
    await world.publish(update('u1'));
    const last = hs.at(-1) ?? '';
    world.provider.follow(async (_, { recipient }) => {
      // Leaves while the first window is on its way.
      if (recipient.h === hs[0]) await world.stores.subscribers.unsubscribe(world.page, 'email', last, 0);
      return 'accept' as const;
    });
    await world.settle();
    expect(world.provider.accepted.map(({ h }) => h).sort()).toEqual(hs.slice(0, -1));
  });
});

describe('a failed delivery', () => {
  it('that can never succeed is recorded, and its address no longer used', async () => {
    const { world } = await aWorld(6);
    const bad = await world.subscribe('sms', 'bad');
    world.clock.advance(SECOND);
    world.provider.follow((_, { recipient }) =>
      recipient.h === bad ? { kind: 'quarantine', cause: 'sms.21610', scope: 'recipient' } : 'accept',
    );
    await world.publish(update('u1'));
    await world.settle();
    await expectSum(world, 'u1', { matched: 25, told: 24, failed: 1 });
    expect(await world.stores.subscribers.get(world.page, 'sms', bad)).toMatchObject({
      state: 'quarantined',
      quarantine: { cause: 'sms.21610' },
    });
  });

  it('is tried again by itself until it succeeds, while the others are told at once', async () => {
    const { world, everybody } = await aWorld(6);
    const slow = new Set(everybody.filter((_, index) => index % 5 === 0).map((name) => name.split(' ')[1]));
    const startedAt = world.clock.now();
    world.provider.follow((_, { recipient, attempt }) =>
      slow.has(recipient.h) && attempt < 3 ? { kind: 'retry', cause: 'test.later' } : 'accept',
    );
    await world.publish(update('u1'));
    await world.settle();
    expectNoRepeats(world);
    expect(told(world)).toEqual(everybody);
    for (const { h, at } of world.provider.accepted) expect(at > startedAt).toBe(slow.has(h));
    await expectSum(world, 'u1', { matched: 24, told: 24 });
  });

  it('fails when its schedule is used up', async () => {
    const { world } = await aWorld(2);
    world.provider.follow(() => ({ kind: 'retry', cause: 'test.never' }));
    await world.publish(update('u1'));
    await world.settle(SLOW_SWEEPS);
    await expectSum(world, 'u1', { matched: 8, told: 0, failed: 8 });
  });
});

describe('several updates', () => {
  it('published at once are all told, in order, to everybody', async () => {
    for (const seed of [1, 2, 3]) {
      const { world, everybody } = await aWorld(10, { seed, deliveries: 2 });
      const ids = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6'];
      for (const id of ids) await world.publish(update(id));
      await world.settle();
      expectNoRepeats(world);
      expectRisingOrder(world);
      for (const id of ids) {
        expect(told(world, id)).toEqual(everybody);
        await expectSum(world, id, { matched: 40, told: 40 });
      }
    }
  });

  it('that piled up are told to people as one, to machines one by one', async () => {
    const { world, everybody } = await aWorld(8);
    const ids = ['u1', 'u2', 'u3', 'u4', 'u5'];
    for (const id of ids) {
      await world.publish(update(id));
      world.clock.advance(5 * MINUTE);
    }
    await world.settle();
    expectNoRepeats(world);
    expectRisingOrder(world);
    const machines = everybody.filter((name) => name.startsWith('webhook'));
    for (const id of ids.slice(0, -1)) {
      expect(told(world, id)).toEqual(machines);
      await expectSum(world, id, { matched: 32, told: 8, superseded: 24 });
    }
    expect(told(world, 'u5')).toEqual(everybody);
  });

  it('never follow one another out of order, whatever is tried again', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { world } = await aWorld(6, { seed });
      world.provider.follow(() =>
        world.clock.random() < 0.4 ? { kind: 'retry', cause: 'test.flaky' } : 'accept',
      );
      for (const id of ['u1', 'u2', 'u3', 'u4']) {
        await world.publish(update(id));
        await world.drain();
        world.clock.advance(world.clock.random() * MINUTE);
      }
      await world.settle(SLOW_SWEEPS);
      expectNoRepeats(world);
      expectRisingOrder(world);
      for (const id of ['u1', 'u2', 'u3', 'u4']) await expectSum(world, id, { matched: 24, inDoubt: 0 });
    }
  });

  it('are not held up by one that tells nobody', async () => {
    const { world, everybody } = await aWorld(3);
    await world.publish(update('u1'));
    await world.publish(update('quiet', { notify: false }));
    await world.publish(update('u3'));
    await world.settle();
    expect(told(world, 'u3')).toEqual(everybody);
    expect(told(world, 'quiet')).toEqual([]);
    expect(world.provider.accepted.at(-1)?.sequence).toBe(3);
  });
});

/** An hour of sweeps on the real tables takes its time on a busy machine. */
describe('a provider that is down', { timeout: 120_000 }, () => {
  it('for an hour loses nothing, fills no dead-letter queue and is asked seldom', async () => {
    const { world, everybody } = await aWorld(20);
    const endsAt = world.clock.now() + 62 * MINUTE;
    world.provider.follow(() =>
      world.clock.now() < endsAt
        ? { kind: 'backoff', cause: 'test.down', scope: 'sender', afterMs: SECOND }
        : 'accept',
    );
    await world.publish(update('u1'));
    await world.settle();
    expectNoRepeats(world);
    expect(told(world)).toEqual(everybody);
    expect(world.dead).toEqual([]);
    const firstTold = world.provider.accepted[0]?.at ?? 0;
    expect(firstTold - endsAt).toBeLessThan(2 * MINUTE);
    // Four channels, a probe each 10 s at most, and the calls that told.
    expect(world.provider.calls()).toBeLessThan(4 * 62 * 6 + 80);
  });

  it('that answers nothing for an hour uses up no resend of an email', async () => {
    const { world, everybody } = await aWorld(10);
    const endsAt = world.clock.now() + 62 * MINUTE;
    world.provider.answerProbes(false);
    world.provider.follow(() => {
      const down = world.clock.now() < endsAt;
      world.provider.answerProbes(!down);
      return down ? { kind: 'inDoubt', cause: 'test.silence' } : 'accept';
    });
    await world.publish(update('u1'));
    for (let minute = 0; minute < 63; minute++) {
      await world.drain();
      world.clock.advance(MINUTE);
      await world.sweep();
    }
    world.provider.answerProbes(true);
    await world.settle();
    expectNoRepeats(world);
    expect(told(world)).toEqual(everybody);
    await expectSum(world, 'u1', { matched: 40, told: 40, inDoubt: 0 });
  });
});

describe('a process that dies', () => {
  for (const fate of ['crash', 'acceptThenCrash'] as const) {
    it(`${fate}: nobody is forgotten; texts and Slack never repeat; email repeats only in doubt, and counted`, async () => {
      const { world, everybody } = await aWorld(20);
      const died = new Set<string>();
      world.provider.follow((channel) => {
        if (died.has(channel) || world.clock.random() > 0.2) return 'accept';
        died.add(channel);
        return fate;
      });
      await world.publish(update('u1'));
      await world.settle();
      expect([...new Set(told(world))]).toEqual(everybody);
      const repeats = world.provider.accepted.length - everybody.length;
      const { resent, channels } = await world.receipt('u1');
      const of = (channel: string) => world.provider.accepted.filter((one) => one.channel === channel).length;
      expect(of('sms')).toBe(20);
      expect(of('slack')).toBe(20);
      expect(of('email') - 20).toBeLessThanOrEqual(channels.email.resent);
      if (fate === 'acceptThenCrash') expect(repeats).toBeGreaterThan(0);
      expect(resent).toBe(channels.email.resent);
      await expectSum(world, 'u1', { matched: 80, told: 80 });
    });
  }

  it('whose operator would rather miss a mail: no email repeats, and the receipt says how many are in doubt', async () => {
    const { world } = await aWorld(20, { emailDoubt: 'leave' });
    let died = false;
    world.provider.follow((channel) => {
      if (channel !== 'email' || died) return 'accept';
      died = true;
      return 'acceptThenCrash';
    });
    await world.publish(update('u1'));
    await world.settle();
    expectNoRepeats(world);
    const { channels } = await world.receipt('u1');
    expect(channels.email.inDoubt).toBeGreaterThan(0);
    await expectSum(world, 'u1', { matched: 80, told: 80 - channels.email.inDoubt, resent: 0 });
  });

  it('leaves no older update behind a newer one', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { world } = await aWorld(12, { seed });
      let deaths = 0;
      world.provider.follow((channel) => {
        if (!isReadByPeople(channel) || deaths > 3 || world.clock.random() > 0.15) return 'accept';
        deaths++;
        return world.clock.random() < 0.5 ? 'crash' : 'acceptThenCrash';
      });
      for (const id of ['u1', 'u2', 'u3']) {
        await world.publish(update(id));
        await world.drain();
        world.clock.advance(20 * SECOND);
      }
      await world.settle();
      const lastOf = new Map<string, number>();
      for (const { channel, h, sequence } of world.provider.accepted) {
        if (channel === 'webhook') continue;
        expect(sequence).toBeGreaterThanOrEqual(lastOf.get(`${channel} ${h}`) ?? 0);
        lastOf.set(`${channel} ${h}`, sequence);
      }
      for (const id of ['u1', 'u2', 'u3']) await expectSum(world, id, { matched: 48 });
    }
  });

  it('after the provider answered nothing: texts and Slack are asked about, not repeated', async () => {
    const { world, everybody } = await aWorld(10);
    const doubted = new Set<string>();
    world.provider.follow((_, { id }) => {
      if (doubted.has(id) || world.clock.random() > 0.3) return 'accept';
      doubted.add(id);
      return 'acceptThenTimeout';
    });
    await world.publish(update('u1'));
    await world.settle();
    expect([...new Set(told(world))]).toEqual(everybody);
    const repeated = (channel: string) =>
      world.provider.accepted.filter((one) => one.channel === channel).length - 10;
    expect([repeated('sms'), repeated('slack')]).toEqual([0, 0]);
    await expectSum(world, 'u1', { matched: 40, told: 40 });
  });
});

describe('a message that is no doorbell', () => {
  it('goes to the dead-letter queue with its reason', async () => {
    const { world } = await aWorld(1);
    await world.accepting.doorbells.ring([
      {
        doorbell: { page: world.page, incident: 'none', update: 'u', channel: 'email', chunk: 0, of: 1 },
        delayMs: 0,
      },
    ]);
    await world.drain();
    expect(world.dead.map(({ reason }) => reason)).toEqual(['Expected a known page and incident']);
  });
});
