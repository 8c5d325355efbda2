import { expect, it } from 'vitest';
import { faults } from '../../chaos/experiments/faults.ts';

it('one fault at every twentieth request of a story breaks nothing', async () => {
  const { runs, failures, facts } = await faults.run({ seed: 2, scale: 0.05, progress: () => {}, flags: {} });
  expect(failures).toEqual([]);
  expect(runs).toBeGreaterThan(80);
  expect(facts['points']).toBeGreaterThan(300);
}, 60_000);

it('a run is decided by its seed', async () => {
  const settings = { seed: 3, scale: 1, progress: () => {}, flags: { point: '100', kind: 'requestLost' } };
  expect(await faults.run(settings)).toEqual(await faults.run(settings));
});
