import * as z from 'zod/mini';
import { ID_PATTERN } from '../domain/id.ts';
import type { Update } from '../domain/update.ts';
import type { Acceptance } from '../fanout/accept.ts';
import type { Poison } from '../runtime/answer-each.ts';
import type { Log } from '../runtime/log.ts';
import { ProblemError } from './problem.ts';
import { parseValue } from './read-body.ts';
import { updateSchema } from './schemas.ts';
import { toUpdate } from './to-update.ts';

/** EventBridge's envelope, of which only the detail counts: the rule has looked at the rest. */
const envelopeSchema = z.object({ detail: z.unknown() });

/** An update in an event: the body of the HTTP API, and the page that it belongs to. */
const eventSchema = z.extend(updateSchema, { page: z.string().check(z.regex(ID_PATTERN)) });

export interface UpdateEventDependencies {
  readonly accept: (update: Update) => Promise<Acceptance>;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Takes in an event as EventBridge puts it into the queue. Nobody waits for an answer: what can never be accepted is poison, with what
 * the HTTP API would say. Rejects when the tables cannot be reached; the event is then given again.
 */
export async function takeUpdateEvent(
  deps: UpdateEventDependencies,
  body: string,
): Promise<Poison | undefined> {
  const startedAt = deps.now();
  const read = readUpdate(body);
  if ('reason' in read) return read;
  const { update } = read;
  const acceptance = await deps.accept(update);
  if (acceptance.kind !== 'accepted' && acceptance.kind !== 'repeated') {
    return {
      reason: `Expected update ${update.id} of page ${update.page} to be acceptable, got ${acceptance.kind}`,
    };
  }
  deps.log({
    event: `update.${acceptance.kind}`,
    page: update.page,
    update: update.id,
    incident: update.incident.id,
    sequence: acceptance.sequence,
    source: 'events',
    durationMs: deps.now() - startedAt,
  });
  return undefined;
}

function readUpdate(body: string): { readonly update: Update } | Poison {
  try {
    const { detail } = parseValue(JSON.parse(body), envelopeSchema);
    const { page, ...published } = parseValue(detail, eventSchema);
    return { update: toUpdate(page, published) };
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: 'Expected an event as JSON, got something else' };
    if (error instanceof ProblemError) return { reason: error.problem.detail };
    throw error;
  }
}
