import { z } from 'zod';

/** What both formats say of the update: our own, and the one that Statuspage's consumers know. */
const ownPayload = z.object({ data: z.object({ update: z.object({ id: z.string() }) }) });
const statuspagePayload = z.object({
  incident: z.object({ incident_updates: z.array(z.object({ id: z.string() })).min(1) }),
});

const challengePayload = z.object({
  type: z.literal('endpoint.verify'),
  data: z.object({ challenge: z.string().min(1) }),
});

/** The challenge that a body asks to be echoed, or undefined. */
export function challengeOf(body: string): string | undefined {
  if (!body.includes('endpoint.verify')) return undefined;
  const parsed = challengePayload.safeParse(parse(body));
  return parsed.success ? parsed.data.data.challenge : undefined;
}

/** The last body looked at: everybody is sent the same one, and parsing it anew each time would be most of the work. */
let last = { body: '', update: '' };

/** Id of the update that a body is about, or an empty string (a ping names none). */
export function updateOf(body: string): string {
  if (body !== last.body) last = { body, update: find(body) };
  return last.update;
}

function find(body: string): string {
  const payload = parse(body);
  const own = ownPayload.safeParse(payload);
  if (own.success) return own.data.data.update.id;
  const statuspage = statuspagePayload.safeParse(payload);
  return statuspage.success ? (statuspage.data.incident.incident_updates[0]?.id ?? '') : '';
}

/** The body as JSON, or undefined. */
export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
