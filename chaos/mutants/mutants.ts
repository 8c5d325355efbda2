import { CLAIMS } from './claims.ts';
import { DELIVERIES } from './deliveries.ts';
import type { Mutant } from './mutant.ts';
import { SAFETY_NET } from './safety-net.ts';

/** The guards of the protocol, each taken away by itself. Every one of them has to be missed. */
export const MUTANTS: readonly Mutant[] = [...CLAIMS, ...DELIVERIES, ...SAFETY_NET];

/** The mutant that the environment names: for processes that run without the guard. None: nothing is taken away. */
export function chosenMutant(): Mutant | undefined {
  const wanted = process.env['MUTANT'];
  if (wanted === undefined || wanted === '') return undefined;
  const mutant = MUTANTS.find(({ name }) => name === wanted);
  if (mutant === undefined) throw new Error(`Expected the name of a mutant in MUTANT, got ${wanted}`);
  return mutant;
}
