import type * as z from 'zod/mini';

export type Schema = z.ZodMiniType;

/** What one route says of itself. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  /** An object of the query's parameters. */
  readonly query?: Schema;
  readonly request?: Schema;
  readonly responses: Readonly<Record<number, { readonly description: string; readonly schema?: Schema }>>;
  /** Open to everybody: no operator key. */
  readonly open?: true;
}
