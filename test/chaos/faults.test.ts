import { expect, it } from 'vitest';
import { faults } from '../../chaos/experiments/faults.ts';

it('a run is decided by its seed', async () => {
  const settings = {
    seed: 3,
    scale: 1,
    progress: () => {},
    say: () => {},
    first: false,
    flags: { point: '100', kind: 'requestLost', story: 'paced' },
  };
  expect(await faults.run(settings)).toEqual(await faults.run(settings));
});
