import { describe, expect, it } from 'vitest';
import { type Rush, runRush } from './rush.ts';
import { RUSHES } from './rushes.ts';

const PAGE = 30_000;
/** The situations of the report, with pages small enough for a test. */
const situation = (name: string, changes: Partial<Rush> = {}): Rush => {
  const rush = RUSHES[name];
  if (rush === undefined) throw new Error(`Expected a situation named ${name}`);
  const pages = rush.pages.map((page) => ({ ...page, subscribers: Math.min(page.subscribers, PAGE) }));
  return { ...rush, pages, ...changes };
};

describe('a channel that is paced uses its rate and is not throttled', () => {
  it.each([
    'email 500/s, ten processes',
    'email 500/s, one process',
    'email 500/s, three processes',
    'email 50/s',
    'email 14/s',
    'sms 10/s',
    'sms 100/s',
    // Large windows of small chunks: what remains of each reservation would be a twentieth of the rate.
    'webhook 300/s',
  ])('%s', async (name) => {
    const rushed = await runRush(situation(name));
    expect(rushed).toMatchObject({ untold: 0, toldTwice: 0 });
    expect(rushed.used).toBeGreaterThan(0.95);
    expect(rushed.used).toBeLessThan(1.02);
    expect(rushed.throttled).toBeLessThan(0.01);
  });
});

it('costs a fraction of what the ledger does where windows are full', async () => {
  const { paceWritesPerDelivery, ledgerWritesPerDelivery } = await runRush(
    situation('email 500/s, ten processes'),
  );
  expect(paceWritesPerDelivery).toBeLessThan(0.01);
  expect(paceWritesPerDelivery + ledgerWritesPerDelivery).toBeLessThan(0.0325);
});

// The seeds are runs in which a doorbell that found the rate taken waited for the others of its batch, long past its turn.
it.each([1, 4, 5])('leaves no chunk behind: email 5,000/s, seed %i', async (seed) => {
  const rushed = await runRush({ ...RUSHES['email 5,000/s'], seed } as Rush);
  expect(rushed).toMatchObject({ untold: 0, toldTwice: 0, throttled: 0 });
  expect(rushed.used).toBeGreaterThan(0.94);
});

it('two pages that share the rate use it, and cost little more', async () => {
  const rushed = await runRush(RUSHES['email 500/s, two pages at once'] as Rush);
  expect(rushed).toMatchObject({ untold: 0, toldTwice: 0 });
  expect(rushed.used).toBeGreaterThan(0.95);
  expect(rushed.throttled).toBeLessThan(0.01);
  // Whoever loses a swap has read nothing for a while: the next time it reads first.
  expect(rushed.paceWritesPerDelivery).toBeLessThan(0.01);
});

// The seeds are runs in which it came back eight times, and found the rate taken each time.
it.each([1, 4, 17])('lets a small page through beside a huge one, seed %i', async (seed) => {
  const pages = [{ subscribers: PAGE }, { subscribers: 10, publishedAfterMs: 300_000 }];
  const rush = situation('email 50/s, a small page in the middle', { pages });
  const { lastTold } = await runRush({ ...rush, seed });
  expect(lastTold[1]).toBeLessThan(12);
});

it('waits for no doorbell that is planned for later when few are concerned', async () => {
  const { seconds, told } = await runRush(situation('email 500/s, one in a hundred concerned'));
  expect(told).toBe(300);
  // Told one after another at the rate, all subscribers would have taken 67 seconds.
  expect(seconds).toBeLessThan(20);
});

describe('tokens that are lost are time, never deliveries:', () => {
  it('every process killed', async () => {
    const { untold, throttled } = await runRush(
      situation('email 500/s, all killed three times', { killAtMs: [10_000, 30_000, 50_000] }),
    );
    expect(untold).toBe(0);
    expect(throttled).toBeLessThan(0.01);
  });

  it('every queue emptied', async () => {
    const { untold, toldTwice } = await runRush(
      situation('email 500/s, all queues lost', { wipeAtMs: [20_000] }),
    );
    expect([untold, toldTwice]).toEqual([0, 0]);
  });

  it('clocks a second apart', async () => {
    const { untold, toldTwice, throttled } = await runRush(situation('email 500/s, clocks a second apart'));
    expect([untold, toldTwice]).toEqual([0, 0]);
    expect(throttled).toBeLessThan(0.01);
  });
});

it('a flood of sign-ups and a fan-out do not starve each other', async () => {
  const rushed = await runRush(situation('email 500/s, a flood of sign-ups'));
  expect(rushed.untold).toBe(0);
  expect(rushed.used).toBeGreaterThan(0.95);
  expect(rushed.throttled).toBeLessThan(0.01);
  // Kept for each: five parts of a hundred for sign-ups, the others for the fan-out.
  expect(rushed.errands / rushed.seconds).toBeGreaterThan(0.05 * 450 * 0.9);
  expect(rushed.told / rushed.seconds).toBeGreaterThan(0.9 * 450);
});

it('a rate that is set too high is found out', async () => {
  const rushed = await runRush(situation('sms 100/s, set a third too high'));
  expect(rushed).toMatchObject({ untold: 0, toldTwice: 0 });
  expect(rushed.throttled).toBeLessThan(0.01);
  expect(rushed.usedOfProvider).toBeGreaterThan(0.8);
});
