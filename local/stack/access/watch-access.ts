import { AccessRecord, type AccessStatistics } from './access-record.ts';
import { Gate, type Passage } from './gate.ts';
import type { Principal } from './statement.ts';

export interface AccessWatch {
  /** The gate of this process. */
  readonly gate: Gate;
  /** Takes what passes the gates of other processes. */
  onPassage(passage: Passage): void;
  /** Statistics by function, with what each has made of its role. */
  join<T>(
    principals: readonly Principal[],
    statistics: Readonly<Record<string, T>>,
  ): Readonly<Record<string, T & { readonly access: AccessStatistics }>>;
}

/** Counts what passes the gates, and tells of every refusal in a line of the function's own. */
export function watchAccess(
  onLog: ((line: { readonly function: string; readonly line: string }) => void) | undefined,
): AccessWatch {
  const record = new AccessRecord();

  function onPassage(passage: Passage): void {
    record.take(passage);
    if (passage.kind !== 'denied') return;
    const { action, resources } = passage.need;
    const line = `Error: the role does not allow ${action} on ${resources[0]}`;
    onLog?.({ function: passage.function, line });
  }

  return {
    gate: new Gate(onPassage),
    onPassage,
    join: (principals, statistics) =>
      Object.fromEntries(
        principals.flatMap((principal) => {
          const own = statistics[principal.function];
          if (own === undefined) return [];
          return [[principal.function, { ...own, access: record.statistics(principal) }] as const];
        }),
      ),
  };
}
