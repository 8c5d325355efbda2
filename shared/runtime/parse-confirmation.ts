import * as z from 'zod/mini';
import { CHANNELS } from '../domain/channel.ts';
import { CONFIRMATION_KINDS, type ConfirmationRequest } from '../domain/confirmation.ts';
import { ID_PATTERN } from '../domain/id.ts';

const requestSchema = z.object({
  kind: z.enum(CONFIRMATION_KINDS),
  page: z.string().check(z.regex(ID_PATTERN)),
  channel: z.enum(CHANNELS),
  h: z.string().check(z.regex(/^[0-9a-f]{24}$/)),
  update: z.optional(z.string().check(z.regex(ID_PATTERN))),
  putOff: z.optional(z.int().check(z.nonnegative())),
});

/** A message body as a request for a confirmation, or why it is none. Never throws, and quotes nothing of it. */
export function parseConfirmation(body: string): { request: ConfirmationRequest } | { reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { reason: 'Expected JSON, got something else' };
  }
  const parsed = requestSchema.safeParse(json);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole');
    return { reason: `Expected a confirmation request, got faults in ${[...new Set(fields)].join(', ')}` };
  }
  const { putOff, update, ...request } = parsed.data;
  return {
    request: {
      ...request,
      ...(update !== undefined && { update }),
      ...(putOff !== undefined && { putOff }),
    },
  };
}
