import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { anUpdate, selection } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { expectSum } from './oracles.ts';
import { createWorld, type World } from './world.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });

/** Nobody is told of an older update after a newer one; texts and Slack never repeat. */
function expectOrder({ provider }: World): void {
  const last = new Map<string, number>();
  for (const { channel, h, sequence } of provider.accepted) {
    if (channel === 'webhook') continue;
    const before = last.get(`${channel} ${h}`) ?? 0;
    if (channel === 'email') expect(sequence, `${channel} ${h}`).toBeGreaterThanOrEqual(before);
    else expect(sequence, `${channel} ${h}`).toBeGreaterThan(before);
    last.set(`${channel} ${h}`, sequence);
  }
}

for (const seed of [1, 2, 3]) {
  it(`seed ${seed}: processes that pause, die and are repeated break no order and lose nobody`, async () => {
    const world = createWorld(tables, {
      seed,
      workers: 3,
      rowsPerChunk: { email: 3, sms: 3, slack: 3, webhook: 3 },
    });
    await world.open();
    const scopes = [
      { kind: 'page' } as const,
      selection({ components: ['api'] }),
      selection({ components: ['mail'] }),
    ];
    for (const channel of CHANNELS)
      for (let index = 0; index < 15; index++) {
        await world.subscribe(channel, `${index}`, scopes[index % 3]);
      }
    world.clock.advance(SECOND);
    let faults = 40;
    const chance = world.clock.random;
    world.provider.follow(async () => {
      for (let ticks = Math.floor(chance() * 4); ticks > 0; ticks--) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (faults === 0 || chance() > 0.25) return 'accept';
      faults--;
      // A process that is paused, past its lease or past its end.
      if (chance() < 0.4) world.clock.advance(chance() * 70 * SECOND);
      const fate = chance();
      if (fate < 0.2) return 'crash';
      if (fate < 0.4) return 'acceptThenCrash';
      if (fate < 0.55) return 'acceptThenTimeout';
      if (fate < 0.7) return { kind: 'inDoubt', cause: 'test.silence' };
      if (fate < 0.85) return { kind: 'retry', cause: 'test.flaky' };
      if (fate < 0.95) return { kind: 'backoff', cause: 'test.busy', scope: 'sender', afterMs: SECOND };
      return 'accept';
    });
    const ids = ['u1', 'u2', 'u3', 'u4'];
    const named = [['api'], ['mail'], ['api'], []];
    for (const [index, id] of ids.entries()) {
      const components = (named[index] ?? []).map((one) => ({
        id: one,
        name: one,
        newStatus: 'operational' as const,
      }));
      await world.publish({ ...UPDATE, id, components });
      if (chance() < 0.5) await world.drain();
      world.clock.advance(chance() * 50 * SECOND);
      if (chance() < 0.3) world.wipeQueues();
      if (chance() < 0.5) await world.sweep();
    }
    await world.settle({ longest: 12 * 60 * MINUTE });
    expectOrder(world);
    for (const [index, id] of ids.entries()) {
      await expectSum(world, id, { matched: index === 0 ? 40 : 60 });
      const { channels } = await world.receipt(id);
      for (const channel of CHANNELS) {
        const accepted = world.provider.accepted.filter(
          (one) => one.channel === channel && one.update === id,
        );
        const people = new Set(accepted.map(({ h }) => h)).size;
        const counts = channels[channel];
        if (channel === 'email') {
          expect(accepted.length - people).toBeLessThanOrEqual(counts.resent);
          expect(people).toBeGreaterThanOrEqual(counts.told);
          expect(people).toBeLessThanOrEqual(counts.told + counts.inDoubt);
        } else {
          expect(counts.inDoubt).toBe(0);
          if (channel === 'webhook') expect(people).toBe(counts.matched);
          else expect(people).toBe(counts.told);
        }
      }
    }
    // The last thing that everybody was told is the newest update that concerns them.
    const lastTold = new Set(
      world.provider.accepted
        .filter(({ update }) => update === 'u4')
        .map(({ channel, h }) => `${channel} ${h}`),
    );
    const { channels } = await world.receipt('u4');
    expect(lastTold.size + channels.email.inDoubt).toBeGreaterThanOrEqual(60);
  }, 120_000);
}
