import type { Experiment } from './experiment.ts';
import { faults } from './faults.ts';

/** All experiments, in the order in which they run. */
export const EXPERIMENTS: readonly Experiment[] = [faults];
