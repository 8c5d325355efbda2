import type { Instant } from '../../shared/domain/time.ts';
import type { Simulation } from './simulation.ts';

/** One invocation of a function. Once dead, nothing that it asks for happens and nothing that it waits for comes. */
export interface Process {
  readonly name: string;
  /** When Lambda ends it, whatever it is doing. */
  readonly endsAt: Instant;
  isAlive(): boolean;
  die(): void;
}

export type Ended<T> = { readonly kind: 'returned'; readonly value: T } | { readonly kind: 'threw' | 'died' };

/** Runs a function as Lambda does, until it returns, throws, dies, or its time is up. */
export function runProcess<T>(
  simulation: Simulation,
  { name, endsAt }: Pick<Process, 'name' | 'endsAt'>,
  main: (process: Process) => Promise<T>,
): { readonly process: Process; readonly ended: Promise<Ended<T>> } {
  let alive = true;
  let onDeath = () => {};
  const death = new Promise<Ended<T>>((resolve) => {
    onDeath = () => resolve({ kind: 'died' });
  });
  const process: Process = {
    name,
    endsAt,
    isAlive: () => alive,
    die: () => {
      if (!alive) return;
      alive = false;
      onDeath();
    },
  };
  simulation.at(endsAt, process.die);
  const work = main(process).then(
    (value): Ended<T> => ({ kind: 'returned', value }),
    (): Ended<T> => ({ kind: 'threw' }),
  );
  const ended = Promise.race([work, death]).then((how) => {
    alive = false;
    return how;
  });
  return { process, ended };
}
