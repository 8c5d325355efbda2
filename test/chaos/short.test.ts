import { expect, it } from 'vitest';
import { EXPERIMENTS } from '../../chaos/experiments/all.ts';

/** A share of every experiment in virtual time, so that what `npm run chaos` proves at length is looked at with every test run. */
const SHARES: Readonly<Record<string, number>> = {
  faults: 0.01,
  outage: 0.22,
  queues: 0.1,
  order: 0.02,
  interleavings: 0.05,
  races: 0.05,
};

const QUIET = { progress: () => {}, say: () => {}, first: false, flags: {} };

it.each(Object.entries(SHARES))(
  'a short version of %s finds nothing',
  async (name, scale) => {
    const experiment = EXPERIMENTS.find((one) => one.name === name);
    const findings = await experiment?.run({ seed: 7, scale, ...QUIET });
    expect(findings?.failures).toEqual([]);
    expect(findings?.runs).toBeGreaterThan(1);
  },
  60_000,
);

it('all states of the protocol of claims are sound', async () => {
  const states = EXPERIMENTS.find(({ name }) => name === 'states');
  const findings = await states?.run({ seed: 1, scale: 1, ...QUIET });
  expect(findings?.failures).toEqual([]);
  expect(findings?.facts['states']).toBeGreaterThan(100_000);
}, 60_000);
