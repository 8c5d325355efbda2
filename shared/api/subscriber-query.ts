import * as z from 'zod/mini';
import { CHANNELS, type Channel } from '../domain/channel.ts';
import type { SubscriberState } from '../domain/subscriber.ts';
import type { Cursor } from '../subscriptions/list-subscribers.ts';
import { ProblemError } from './problem.ts';
import { parseValue } from './read-body.ts';
import { readSubscriberId } from './subscriber-id.ts';

/** Rows of one answer, as Statuspage has it since 28 February 2023: the default, and the most. */
export const MOST_ROWS = 100;

const TYPES = ['email', 'sms', 'webhook', 'slack', 'integration_partner'] as const;
const STATES = ['active', 'unconfirmed', 'quarantined', 'all'] as const;

export const typeSchema = z.optional(z.enum(TYPES));
export const stateSchema = z._default(z.enum(STATES), 'active');

/** Pages and limits are written as digits in a query. */
function whole(least: number, most: number) {
  const error = `Expected a whole number from ${least} to ${most}`;
  return z.string().check(
    z.regex(/^\d{1,9}$/, { error }),
    z.refine((digits) => Number(digits) >= least && Number(digits) <= most, {
      error: `${error}, got another`,
    }),
  );
}

/** The addresses of chats' webhooks are credentials: a list leaves them out unless it is asked for them. */
const addresses = z.optional(z.literal('whole'));
const rows = whole(1, MOST_ROWS);
const paging = { page: z._default(whole(0, 10_000_000), '0') };

/** Statuspage has one name on one list and the other on the next, and clients send either to both. */
const length = { limit: z.optional(rows), per_page: z.optional(rows) };

/** How many rows are wanted. */
export function limitOf(query: {
  readonly limit?: string | undefined;
  readonly per_page?: string | undefined;
}): number {
  return Number(query.limit ?? query.per_page ?? MOST_ROWS);
}

/** Query of `GET /subscribers`. */
export const listQuerySchema = z.strictObject({
  q: z.optional(z.string().check(z.maxLength(2_048))),
  type: typeSchema,
  state: stateSchema,
  ...length,
  ...paging,
  sort_field: z.optional(z.enum(['primary', 'created_at', 'quarantined_at', 'relevance'])),
  sort_direction: z.optional(z.enum(['asc', 'desc'])),
  after: z.optional(z.string().check(z.maxLength(64))),
  addresses,
});

export const countQuerySchema = z.strictObject({ type: typeSchema, state: stateSchema });
export const unsubscribedQuerySchema = z.strictObject({ ...paging, ...length, addresses });
export const incidentQuerySchema = z.strictObject({ ...paging, ...length });
/** Nobody is written to in any case. A client in wide use sends the plural. */
export const deleteQuerySchema = z.strictObject({
  skip_unsubscription_notification: z.optional(z.string()),
  skip_unsubscription_notifications: z.optional(z.string()),
});

/** The query of a request as `schema` reads it. Throws a ProblemError that names every faulty parameter. */
export function readQuery<T>(request: Request, schema: z.ZodMiniType<T>): T {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  try {
    return parseValue(query, schema);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw invalidQuery(error.problem.faults ?? []);
  }
}

export function invalidQuery(faults: readonly { readonly path: string; readonly message: string }[]) {
  const named = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ProblemError({
    status: 400,
    code: 'invalid-query',
    detail: `Expected a valid query, got faults in ${named}`,
    faults,
  });
}

/** The channels of Statuspage's `type`. There are no integration partners here: none. */
export function channelsOf(type: z.infer<typeof typeSchema>): readonly Channel[] {
  return CHANNELS.filter((channel) => type === undefined || channel === type);
}

/** Our states for Statuspage's `state`. "all" is all that are subscribed in some way: who left is listed apart. */
export function statesOf(state: z.infer<typeof stateSchema>): readonly SubscriberState[] {
  switch (state) {
    case 'active':
      return ['active'];
    case 'unconfirmed':
      return ['pending'];
    case 'quarantined':
      return ['quarantined'];
    case 'all':
      return ['active', 'pending', 'quarantined'];
  }
}

/** Where a walk goes on: after the id that the last answer ended with, or, when empty, at the beginning. */
export function readCursor(after: string): Cursor | undefined {
  if (after === '') return undefined;
  const [name, ...others] = readSubscriberId(after);
  if (name !== undefined && others.length === 0) return name;
  throw invalidQuery([{ path: 'after', message: 'Expected the id of a subscriber, got another text' }]);
}
