import * as z from 'zod/mini';
import { CHANNELS } from '../domain/channel.ts';
import { ID_PATTERN } from '../domain/id.ts';
import { COMPONENT_STATUSES, IMPACTS, UPDATE_STATUSES } from '../domain/status.ts';

/**
 * The shapes of the operator's API: they validate, and `/openapi.json` is made from them. Texts may hold anything
 * printable; what a channel cannot carry is cleaned where it is rendered.
 */
const id = z.string().check(z.regex(ID_PATTERN, { error: 'Expected 1 to 64 of A-Z, a-z, 0-9, _ and -' }));
const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(255), wellFormed());
const instant = z.iso
  .datetime({ offset: true, error: 'Expected a time such as 2021-10-13T07:26:00Z' })
  .check(z.maxLength(40));

/** Neither white space, nor control, format (bidirectional) or unpaired surrogate. */
export const PRINTABLE = /^[^\s\p{Cc}\p{Cf}\p{Cs}]+$/u;

const publicUrl = z
  .url({ protocol: /^https?$/, error: 'Expected an http or https address' })
  // Parsers of addresses skip white space and controls; whoever prints the text would not.
  .check(
    z.maxLength(2048),
    z.refine((text) => PRINTABLE.test(text), {
      error: 'Expected an address without spaces and controls, got one with',
    }),
  );

/** Unpaired surrogates are no text: they become U+FFFD here, once, rather than differently at every provider. */
function wellFormed() {
  return z.overwrite<string>((text) => text.toWellFormed());
}

const group = z.strictObject({ id, name });

export const componentSchema = z.strictObject({ id, name, group: z.optional(group) });

/** Minutes before the start of planned work: from five minutes to four weeks, at most ten reminders. */
const reminders = z
  .array(z.int({ error: 'Expected whole minutes' }).check(z.minimum(5), z.maximum(28 * 24 * 60)))
  .check(
    z.maxLength(10),
    z.refine((minutes) => new Set(minutes).size === minutes.length, {
      error: 'Expected every reminder once, got one twice',
    }),
  );

export const pageSchema = z.strictObject({
  name,
  url: publicUrl,
  components: z.array(componentSchema).check(z.maxLength(1_000), uniqueIds()),
  /** What texts tell of besides beginning, reopening and end. Without it: `in_progress`. */
  milestones: z.optional(z.array(z.enum(UPDATE_STATUSES)).check(z.maxLength(UPDATE_STATUSES.length))),
  reminders: z.optional(reminders),
});

/** A page as it is answered: with the id that the path gave it. */
export const storedPageSchema = z.extend(pageSchema, { id });

const affectedComponentSchema = z.strictObject({
  id,
  name,
  group: z.optional(group),
  oldStatus: z.optional(z.enum(COMPONENT_STATUSES)),
  newStatus: z.enum(COMPONENT_STATUSES),
});

export const updateSchema = z.strictObject({
  id,
  incident: z.strictObject({
    id,
    name,
    impact: z.enum(IMPACTS),
    url: z.optional(publicUrl),
    startedAt: z.optional(instant),
    scheduledFor: z.optional(instant),
    scheduledUntil: z.optional(instant),
    reminders: z.optional(reminders),
    backfilled: z.optional(z.boolean()),
  }),
  status: z.enum(UPDATE_STATUSES),
  body: z.string().check(z.maxLength(25_000), wellFormed()),
  publishedAt: instant,
  components: z.array(affectedComponentSchema).check(z.maxLength(500), uniqueIds()),
  notify: z._default(z.boolean(), true),
});

const scope = {
  components: z.optional(z.array(id).check(z.maxLength(500))),
  groups: z.optional(z.array(id).check(z.maxLength(500))),
  incidents: z.optional(z.array(id).check(z.maxLength(500))),
};

export const subscriberSchema = z.discriminatedUnion('channel', [
  z.strictObject({ channel: z.literal('email'), email: z.string().check(z.maxLength(254)), ...scope }),
  z.strictObject({ channel: z.literal('sms'), phone: z.string().check(z.maxLength(40)), ...scope }),
  z.strictObject({
    channel: z.literal('slack'),
    team: z
      .string()
      .check(z.regex(/^[TE][A-Z0-9]{2,20}$/, { error: 'Expected a workspace id such as T012AB3CD' })),
    conversation: z
      .string()
      .check(z.regex(/^[CGD][A-Z0-9_]{2,30}$/, { error: 'Expected a channel id such as C012AB3CD' })),
    ...scope,
  }),
  z.strictObject({
    channel: z.literal('webhook'),
    url: z.string().check(z.maxLength(2048)),
    /** What its calls look like. Absent: by its address, else Standard Webhooks. */
    format: z.optional(z.string().check(z.maxLength(40))),
    ...scope,
  }),
]);

export type PageBody = z.infer<typeof pageSchema>;
export type UpdateBody = z.infer<typeof updateSchema>;
export type SubscriberBody = z.infer<typeof subscriberSchema>;

const count = z.int().check(z.nonnegative());
const countsShape = {
  matched: count,
  told: count,
  failed: count,
  retrying: count,
  superseded: count,
  suppressed: count,
  inDoubt: count,
  resent: count,
  /** Of those failed: the end of an incident that came too late for somebody who had been told nothing of it. */
  expired: z.optional(count),
  firstToldAt: z.nullable(instant),
  lastToldAt: z.nullable(instant),
};
const channelCountsSchema = z.strictObject(countsShape);

export const receiptSchema = z.strictObject({
  update: id,
  sequence: count,
  complete: z.boolean(),
  ...countsShape,
  channels: z.record(z.enum(CHANNELS), channelCountsSchema),
  chunks: z.strictObject({ done: count, of: count }),
  /** Estimated; null when everybody was called. Not part of the receipts of an incident's list. */
  outlook: z.optional(
    z.nullable(
      z.strictObject({
        finishAt: z.nullable(instant),
        channels: z.partialRecord(
          z.enum(CHANNELS),
          z.strictObject({
            remaining: count,
            pausedUntil: z.nullable(instant),
            finishAt: z.nullable(instant),
          }),
        ),
      }),
    ),
  ),
});

export const acceptedSchema = z.strictObject({
  update: id,
  incident: id,
  sequence: count,
  receipt: z.string(),
});

export const storedSubscriberSchema = z.strictObject({
  id: z.string(),
  channel: z.enum(CHANNELS),
  state: z.enum(['pending', 'active', 'quarantined', 'unsubscribed']),
  components: z.array(id),
  groups: z.array(id),
  incidents: z.array(id),
  secret: z.optional(z.string()),
});

export const incidentSchema = z.strictObject({
  id,
  name,
  impact: z.enum(IMPACTS),
  status: z.enum(UPDATE_STATUSES),
  components: z.array(affectedComponentSchema),
  updates: z.array(
    z.strictObject({
      id,
      sequence: count,
      status: z.enum(UPDATE_STATUSES),
      publishedAt: instant,
      receipt: receiptSchema,
    }),
  ),
});

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: count,
  code: z.string(),
  detail: z.string(),
  message: z.string(),
  faults: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
});

function uniqueIds() {
  return z.refine<readonly { readonly id: string }[]>(
    (items) => new Set(items.map((item) => item.id)).size === items.length,
    { error: 'Expected every id once, got one twice' },
  );
}
