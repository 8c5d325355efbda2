import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** What a process says on stderr when it was given the file without its guard. */
export const HANDED_OUT = 'chaos: without its guard';

/** One guard of the protocol, taken away. */
export interface Mutant {
  readonly name: string;
  /** The file, from the root of the repository. */
  readonly file: string;
  /** Text that stands in the file exactly once, and what stands there instead. */
  readonly guard: string;
  readonly instead: string;
  /** What should notice, if the usual way does not: the command line of an experiment, or files of tests. */
  readonly by?: readonly string[];
}

/** The file with the guard taken away. Throws when the guard is not there, or is there more than once. */
export function mutate(text: string, { name, file, guard, instead }: Mutant): string {
  const times = text.split(guard).length - 1;
  if (times !== 1) {
    throw new Error(
      `Expected the guard of mutant ${name} once in ${file}, got it ${times} times: change the mutant with it`,
    );
  }
  return text.replace(guard, () => instead);
}

/** Whether files of tests should notice, not an experiment. */
export const isTests = (by: readonly string[]) => by.every((part) => part.endsWith('.test.ts'));

export const readGuarded = ({ file }: Mutant) => readFileSync(join(ROOT, file), 'utf8');
