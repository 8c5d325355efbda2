import { describe, expect, it } from 'vitest';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/domain/time.ts';
import { acceptUpdate } from '../../shared/fanout/accept.ts';
import { planDoorbells, type Ring, staggerOf } from '../../shared/fanout/plan.ts';
import { anIncident, anUpdate, T0 } from '../domain/builders.ts';

describe('the plan of an update', () => {
  const incident = anIncident([anUpdate({ id: 'u1' })], { email: 4, sms: 0, slack: 1, webhook: 2 });

  it('is one doorbell per chunk and channel, and names nobody', () => {
    const rings = planDoorbells(incident, 'u1', { email: 4_000 }, {});
    expect(rings.map(({ doorbell: { channel, chunk, of } }) => `${channel} ${chunk}/${of}`)).toEqual([
      'email 0/4',
      'email 1/4',
      'email 2/4',
      'email 3/4',
      'slack 0/1',
      'webhook 0/2',
      'webhook 1/2',
    ]);
    for (const { doorbell } of rings) {
      expect(Object.keys(doorbell).sort()).toEqual(['channel', 'chunk', 'incident', 'of', 'page', 'update']);
    }
  });

  it('staggers chunks by what the provider takes, and others not at all', () => {
    const rings = planDoorbells(incident, 'u1', { email: 4_000, webhook: 4_000 }, { email: 100 });
    const delays = (channel: string) =>
      rings.filter(({ doorbell }) => doorbell.channel === channel).map(({ delayMs }) => delayMs);
    expect(delays('email')).toEqual([0, 10 * SECOND, 20 * SECOND, 30 * SECOND]);
    expect(delays('webhook')).toEqual([0, 0]);
  });

  it.each([
    { chunk: 0, of: 8, rows: 1_000_000, rate: 1, wait: 0 },
    { chunk: 1, of: 8, rows: 800, rate: 100, wait: SECOND },
    { chunk: 7, of: 8, rows: 800, rate: 100, wait: 7 * SECOND },
    { chunk: 1, of: 2, rows: 10, rate: 14, wait: 0 },
    { chunk: 1, of: 2, rows: 1_000_000, rate: 1, wait: 15 * MINUTE },
    { chunk: 1, of: 2, rows: 1_000_000, rate: undefined, wait: 0 },
  ])(
    'waits $wait ms for chunk $chunk of $of with $rows rows at $rate a second',
    ({ chunk, of, rows, rate, wait }) => {
      expect(staggerOf(chunk, of, rows, rate)).toBe(wait);
      expect(wait).toBeLessThan(HOUR);
    },
  );
});

it('planning a million reads and writes what planning ten does, and no subscriber', async () => {
  const workFor = async (subscribers: number) => {
    const calls: string[] = [];
    const rung: Ring[] = [];
    const counting = <T extends object>(name: string, store: T): T =>
      new Proxy(store, {
        get(target, member, receiver) {
          calls.push(`${name}.${String(member)}`);
          return Reflect.get(target, member, receiver);
        },
      });
    const incidents = new Map<string, ReturnType<typeof anIncident>>();
    const answer = await acceptUpdate(
      {
        // All that an accept is given. There is no store of subscribers in it.
        pages: counting('pages', {
          get: async () => ({
            page: { id: 'batch', name: 'Batch', url: 'https://status.batch.com', components: [] },
            counts: Object.fromEntries(CHANNELS.map((channel) => [channel, subscribers])),
          }),
        }),
        updates: counting('updates', {
          get: async () => undefined,
          getMany: async () => new Map(),
          putNew: async () => true,
          markEnqueued: async () => {},
        }),
        activity: counting('activity', { note: async () => {} }),
        incidents: counting('incidents', {
          get: async (_, id) => incidents.get(id),
          change: async (_, id, change) => {
            const next = change(incidents.get(id));
            incidents.set(id, next);
            return next;
          },
        }),
        doorbells: counting('doorbells', {
          ring: async (rings) => {
            rung.push(...rings);
            return 0;
          },
        }),
        clock: { now: () => T0 },
        channels: CHANNELS,
        rowsPerChunk: { email: 500, sms: 50, slack: 50, webhook: 200 },
        rates: {},
      },
      anUpdate({ id: 'u1' }),
    );
    expect(answer).toMatchObject({ kind: 'accepted', sequence: 1 });
    return { calls, rung };
  };

  const [small, large] = [await workFor(10), await workFor(1_000_000)];
  expect(large.calls).toEqual(small.calls);
  expect(small.rung).toHaveLength(4);
  // The largest powers of two that leave 500, 50, 50 and 200 rows a chunk.
  expect(large.rung).toHaveLength(1_024 + 16_384 + 16_384 + 4_096);
});
