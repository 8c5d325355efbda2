import type { Experiment } from './experiment.ts';
import { faults } from './faults.ts';
import { interleavings } from './interleavings.ts';
import { kill } from './kill.ts';
import { mutants } from './mutants.ts';
import { order } from './order.ts';
import { outage } from './outage.ts';
import { queues } from './queues.ts';
import { races } from './races.ts';
import { states } from './states.ts';

/** All experiments, in the order in which they run. */
export const EXPERIMENTS: readonly Experiment[] = [
  states,
  faults,
  outage,
  queues,
  order,
  interleavings,
  races,
  kill,
  mutants,
];
