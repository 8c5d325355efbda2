import * as z from 'zod/mini';
import { ID_PATTERN } from '../domain/id.ts';
import type { Update } from '../domain/update.ts';
import type { Acceptance } from '../fanout/accept.ts';
import type { Log } from '../runtime/log.ts';
import { parseValue } from './read-body.ts';
import { updateSchema } from './schemas.ts';
import { toUpdate } from './to-update.ts';

/** An update in an event: the body of the HTTP API, and the page that it belongs to. */
const eventSchema = z.extend(updateSchema, { page: z.string().check(z.regex(ID_PATTERN)) });

export interface UpdateEventDependencies {
  readonly accept: (update: Update) => Promise<Acceptance>;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Takes in the `detail` of an event. Throws on whatever cannot be accepted: nobody waits for an answer, so the event
 * goes to the dead-letter queue with the error, where the operator finds it.
 */
export async function takeUpdateEvent(deps: UpdateEventDependencies, detail: unknown): Promise<void> {
  const startedAt = deps.now();
  const { page, ...body } = parseValue(detail, eventSchema);
  const update = toUpdate(page, body);
  const acceptance = await deps.accept(update);
  if (acceptance.kind !== 'accepted' && acceptance.kind !== 'repeated') {
    deps.log({ event: 'update.refused', source: 'events', code: acceptance.kind });
    throw new Error(`Expected update ${update.id} of page ${page} to be acceptable, got ${acceptance.kind}`);
  }
  deps.log({
    event: `update.${acceptance.kind}`,
    page,
    update: update.id,
    incident: update.incident.id,
    sequence: acceptance.sequence,
    source: 'events',
    durationMs: deps.now() - startedAt,
  });
}
