import * as z from 'zod/mini';
import { ID_PATTERN } from '../domain/id.ts';
import type { Scope } from '../domain/subscriber.ts';
import { toE164 } from '../subscriptions/import-phone.ts';
import { parseJson, requireShort } from './read-body.ts';
import { readForm } from './read-form.ts';
import type { SubscriberBody } from './schemas.ts';
import { MOST_ROWS, stateSchema, typeSchema } from './subscriber-query.ts';

const id = z.string().check(z.regex(ID_PATTERN, { error: 'Expected 1 to 64 of A-Z, a-z, 0-9, _ and -' }));
const ids = z.array(id).check(z.maxLength(500));
const chosen = z.optional(
  ids.check(
    z.minLength(1, {
      error: 'Expected at least one component, or no such field for the whole page, got none',
    }),
  ),
);

/** What a subscriber is to hear of. Groups and incidents are ours: Statuspage has no such fields here. */
const choice = { component_ids: chosen, group_ids: z.optional(ids), incident_ids: z.optional(ids) };

/** Statuspage's body of `POST /subscribers`. */
export const createSchema = z.strictObject({
  subscriber: z.strictObject({
    email: z.optional(z.string().check(z.maxLength(254))),
    endpoint: z.optional(z.string().check(z.maxLength(2_048))),
    format: z.optional(z.string().check(z.maxLength(40))),
    phone_country: z.optional(z.string().check(z.maxLength(10))),
    phone_number: z.optional(z.string().check(z.maxLength(40))),
    skip_confirmation_notification: z.optional(z.boolean()),
    page_access_user: z.optional(z.null({ error: 'Expected no page access user: every page is public' })),
    source: z.optional(z.enum(['operator', 'import'])),
    ...choice,
  }),
});

/** Statuspage's body of `PATCH /subscribers/{id}`. No components: the whole page. */
export const patchSchema = z.strictObject(choice);

const selected = z.union([
  z.array(z.string().check(z.maxLength(64))).check(z.maxLength(MOST_ROWS)),
  z.literal('all'),
]);

export const unsubscribeSchema = z.strictObject({
  subscribers: selected,
  type: typeSchema,
  state: stateSchema,
  skip_unsubscription_notification: z.optional(z.boolean()),
});
export const reactivateSchema = z.strictObject({ subscribers: selected, type: typeSchema });
export const resendSchema = z.strictObject({ subscribers: selected });

export const personSchema = z.strictObject({
  address: z.string().check(z.minLength(3), z.maxLength(2_048)),
  everywhere: z.optional(z.boolean()),
});

export type CreateBody = z.infer<typeof createSchema>['subscriber'];

const FORM = /^application\/x-www-form-urlencoded\b/i;

/** The body of a request, JSON or a form: Statuspage takes both, and curl calls a form whatever it sends. */
export async function readJsonOrForm(request: Request): Promise<unknown> {
  const bytes = requireShort(await request.arrayBuffer());
  if (!FORM.test(request.headers.get('content-type') ?? '')) return parseJson(bytes);
  const text = new TextDecoder().decode(bytes);
  return text.trimStart().startsWith('{') ? parseJson(bytes) : readForm(text);
}

/** A scope that takes the place of another. Incidents are subscriptions of their own: they stay unless they are named. */
export function toScope(body: Partial<z.infer<typeof patchSchema>>, known?: Scope): Scope {
  const { component_ids: components = [], group_ids: groups = [], incident_ids } = body;
  const incidents = incident_ids ?? (known?.kind === 'selection' ? known.incidents : []);
  const wholePage = components.length + groups.length + (incident_ids?.length ?? 0) === 0;
  return wholePage ? { kind: 'page' } : { kind: 'selection', components, groups, incidents };
}

export type Contact =
  | { readonly kind: 'contact'; readonly body: SubscriberBody; readonly ownerEmail?: string }
  | { readonly kind: 'fault'; readonly path: string; readonly message: string };

/** Which address is meant: an endpoint (whose owner has the email), a phone, or an email. */
export function contactIn({
  email,
  endpoint,
  format,
  phone_number,
  phone_country = 'us',
}: CreateBody): Contact {
  if (endpoint !== undefined && phone_number === undefined) {
    return {
      kind: 'contact',
      body: { channel: 'webhook', url: endpoint, ...(format !== undefined && { format }) },
      ...(email !== undefined && { ownerEmail: email }),
    };
  }
  if (phone_number !== undefined && email === undefined && endpoint === undefined) {
    const phone = toE164(phone_number, phone_country);
    if (phone !== undefined) return { kind: 'contact', body: { channel: 'sms', phone } };
    const message = 'Expected a phone number as dialled from phone_country, got another text';
    return { kind: 'fault', path: 'subscriber.phone_number', message };
  }
  if (email !== undefined && phone_number === undefined) {
    return { kind: 'contact', body: { channel: 'email', email } };
  }
  const message = 'Expected an email, a phone_number or an endpoint, got none or two of them';
  return { kind: 'fault', path: 'subscriber', message };
}
