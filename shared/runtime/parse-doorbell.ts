import * as z from 'zod/mini';
import { CHANNELS } from '../domain/channel.ts';
import type { Doorbell } from '../domain/doorbell.ts';
import { ID_PATTERN } from '../domain/id.ts';

const id = z.string().check(z.regex(ID_PATTERN));
const count = z.int().check(z.nonnegative());

const doorbellSchema = z.object({
  page: id,
  incident: id,
  update: id,
  channel: z.enum(CHANNELS),
  chunk: count,
  of: count,
});

/** A message body as a doorbell, or why it is none. Never throws. */
export function parseDoorbell(body: string): { doorbell: Doorbell } | { reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { reason: 'Expected JSON, got something else' };
  }
  const parsed = doorbellSchema.safeParse(json);
  if (parsed.success) return { doorbell: parsed.data };
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole');
  return { reason: `Expected a doorbell, got faults in ${[...new Set(fields)].join(', ')}` };
}
