import { ADMIN_ACCESS_KEY_ID } from './access-key.ts';
import { type Decision, decide } from './decide.ts';
import type { Grant, Need, Principal } from './statement.ts';

/** Why a call is refused. Each endpoint words it in its service's shape. */
export type Refusal =
  | { readonly kind: 'unknownCaller'; readonly message: string }
  | { readonly kind: 'accessDenied'; readonly message: string };

/** What the gate has seen of a function. Grants are told of once, denials each time. */
export type Passage =
  | { readonly kind: 'used'; readonly function: string; readonly grants: readonly Grant[] }
  | { readonly kind: 'denied'; readonly function: string; readonly need: Need };

interface Known {
  readonly principal: Principal;
  /** By action and resources: a function asks for the same few things over and over. */
  readonly decisions: Map<string, Decision>;
}

const UNKNOWN_CALLER: Refusal = {
  kind: 'unknownCaller',
  message: 'The security token included in the request is invalid.',
};

/**
 * Lets calls through by the roles of the functions that make them. Knows only the stack itself until functions are
 * admitted. Endpoints in another process hold a gate of their own.
 */
export class Gate {
  readonly #known = new Map<string, Known>();
  readonly #onPassage: (passage: Passage) => void;

  constructor(onPassage: (passage: Passage) => void) {
    this.#onPassage = onPassage;
  }

  admit(principals: readonly Principal[]): void {
    for (const principal of principals) {
      this.#known.set(principal.accessKeyId, { principal, decisions: new Map() });
    }
  }

  /** The refusal of a call that needs all of `needs`; undefined lets it through. */
  check(accessKeyId: string | undefined, needs: () => readonly Need[]): Refusal | undefined {
    if (accessKeyId === ADMIN_ACCESS_KEY_ID) return undefined;
    const caller = accessKeyId === undefined ? undefined : this.#known.get(accessKeyId);
    if (caller === undefined) return UNKNOWN_CALLER;
    for (const need of needs()) {
      const decision = this.#decide(caller, need);
      if (decision.kind === 'allowed') continue;
      this.#onPassage({ kind: 'denied', function: caller.principal.function, need });
      return { kind: 'accessDenied', message: wordDenial(caller.principal, need, decision.explicitly) };
    }
    return undefined;
  }

  #decide({ principal, decisions }: Known, need: Need): Decision {
    const key = `${need.action} ${need.resources.join(' ')}`;
    const known = decisions.get(key);
    if (known !== undefined) return known;
    const decision = decide(principal.statements, need);
    decisions.set(key, decision);
    if (decision.kind === 'allowed') {
      this.#onPassage({ kind: 'used', function: principal.function, grants: decision.by });
    }
    return decision;
  }
}

/** As AWS words it: who, what, on what, and which kind of policy said no. */
function wordDenial({ arn }: Principal, { action, resources }: Need, explicitly: boolean): string {
  const why = explicitly
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resources[0]} ${why}`;
}
