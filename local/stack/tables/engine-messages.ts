import type { Passage } from '../access/gate.ts';
import type { Principal } from '../access/statement.ts';

/** Parent to the process that holds the tables, once. */
export interface EngineStart {
  readonly principals: readonly Principal[];
}

/** The process that holds the tables to its parent: `listening` once, first. */
export type EngineMessage =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'passage'; readonly passage: Passage };
