import { z } from 'zod';
import type { Statement } from './statement.ts';

const oneOrMore = z.union([z.string().transform((only) => [only]), z.array(z.string())]);

/** Strict: conditions, `NotAction` and `NotResource` change what is allowed and are not interpreted. */
const STATEMENT = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
});

/** A policy document whose expressions are resolved. */
export const POLICY_DOCUMENT = z
  .strictObject({
    Version: z.literal('2012-10-17'),
    Id: z.string().optional(),
    Statement: z.union([STATEMENT.transform((only) => [only]), z.array(STATEMENT)]),
  })
  .transform(({ Statement }): readonly Statement[] =>
    Statement.map(({ Effect, Action, Resource }) => ({
      effect: Effect,
      actions: Action,
      resources: Resource,
    })),
  );
