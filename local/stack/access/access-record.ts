import { grantsOf } from './decide.ts';
import type { Passage } from './gate.ts';
import type { Grant, Principal } from './statement.ts';

/** What a function has made of its role so far. */
export interface AccessStatistics {
  /** Grants that a call needed, made by the function or by a service in its role. */
  readonly used: readonly Grant[];
  /** Grants that nobody has needed yet. */
  readonly unused: readonly Grant[];
  /** Calls that no grant covered. */
  readonly denied: readonly { readonly action: string; readonly resource: string; readonly calls: number }[];
}

/** Keeps what the gates have seen, for statistics. */
export class AccessRecord {
  readonly #used = new Set<string>();
  readonly #denied = new Map<string, { function: string; action: string; resource: string; calls: number }>();

  readonly take = (passage: Passage): void => {
    switch (passage.kind) {
      case 'used':
        for (const grant of passage.grants) this.#used.add(keyOf(passage.function, grant));
        break;
      case 'denied': {
        const { action, resources } = passage.need;
        const denial = { action, resource: resources[0] ?? '' };
        const key = keyOf(passage.function, denial);
        const calls = (this.#denied.get(key)?.calls ?? 0) + 1;
        this.#denied.set(key, { function: passage.function, ...denial, calls });
        break;
      }
    }
  };

  statistics(principal: Principal): AccessStatistics {
    const grants = grantsOf(principal.statements);
    const isUsed = (grant: Grant) => this.#used.has(keyOf(principal.function, grant));
    return {
      used: grants.filter(isUsed),
      unused: grants.filter((grant) => !isUsed(grant)),
      denied: [...this.#denied.values()]
        .filter(({ function: name }) => name === principal.function)
        .map(({ function: _, ...denial }) => denial),
    };
  }
}

function keyOf(functionId: string, { action, resource }: Grant): string {
  return `${functionId} ${action} ${resource}`;
}
