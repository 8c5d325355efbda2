import * as z from 'zod/mini';
import { keyPairSchema, recoverSchema, resendUpdateSchema } from './endpoint-app.ts';
import type { Operation } from './openapi-operation.ts';
import { problemSchema, storedSubscriberSchema, subscriberSchema } from './schemas.ts';
import { statuspageSubscriberSchema } from './statuspage-subscriber.ts';
import {
  createSchema,
  patchSchema,
  personSchema,
  reactivateSchema,
  resendSchema,
  unsubscribeSchema,
} from './subscriber-bodies.ts';
import {
  countQuerySchema,
  deleteQuerySchema,
  incidentQuerySchema,
  listQuerySchema,
  unsubscribedQuerySchema,
} from './subscriber-query.ts';

const count = z.int().check(z.nonnegative());
const bars = z.object({ active: count, unconfirmed: count, quarantined: count, total: count });

const countSchema = z.object({
  email: count,
  sms: count,
  webhook: count,
  integration_partner: count,
  slack: count,
});
const histogramSchema = z.object({
  email: bars,
  sms: bars,
  webhook: bars,
  integration_partner: bars,
  slack: bars,
});

const createdSchema = z.extend(statuspageSubscriberSchema, {
  created: z.boolean(),
  secret: z.optional(z.string()),
});

const erasedSchema = z.object({ erased: count, webhook_owners_forgotten: count, pages: z.array(z.string()) });

const one = { 200: { description: 'The subscriber', schema: statuspageSubscriberSchema } };
const many = { 200: { description: 'Subscribers', schema: z.array(statuspageSubscriberSchema) } };
const asked = z.object({ asked: count });
const recovering = z.object({ asked: count, rest_since: z.nullable(z.string()) });
const attemptSchema = z.object({
  at: z.string(),
  update: z.string(),
  attempt: count,
  asked: z.boolean(),
  told: z.boolean(),
  status: z.nullable(count),
  cause: z.nullable(z.string()),
  duration_ms: count,
});
const time = z.optional(z.string());
const heldRow = z.extend(statuspageSubscriberSchema, {
  page: z.string(),
  pending_until: time,
  secret_shown_at: time,
  old_secret_until: time,
  told_way_out_at: time,
  told_current_at: time,
  slow_since: time,
  not_used_from: time,
  not_used_until: time,
  failures: z.optional(z.object({ count, cause: z.string(), last_at: z.string() })),
  links_until: z.record(z.string(), z.string()),
  calls: z.optional(z.array(attemptSchema)),
});
const heldSchema = z.object({ subscriptions: z.array(heldRow), webhooks_owned: z.array(heldRow) });
const left = { 422: { description: 'They left, or are in another state', schema: problemSchema } };

/** Statuspage's subscriber API, and what a person may ask for. */
export const SUBSCRIBER_OPERATIONS = {
  'POST /v1/pages/{page}/subscribers': {
    id: 'addSubscriber',
    summary:
      "Add a subscriber. Our own body: active at once. Statuspage's: the owner is asked, unless skip_confirmation_notification.",
    request: z.union([subscriberSchema, createSchema]),
    responses: {
      201: {
        description: 'Added. A webhook gets its signing secret, once',
        schema: z.union([storedSubscriberSchema, createdSchema]),
      },
      200: { description: 'Our own body: the address was known', schema: storedSubscriberSchema },
      422: {
        description: "Statuspage's body: they left, and only they can come back",
        schema: problemSchema,
      },
    },
  },
  'GET /v1/pages/{page}/subscribers': {
    id: 'listSubscribers',
    summary:
      'List or search subscribers, 100 at most. `after` walks a large page: follow the Link header, beginning with an empty one.',
    query: listQuerySchema,
    responses: many,
  },
  'GET /v1/pages/{page}/subscribers/count': {
    id: 'countSubscribers',
    summary: 'Count subscribers by type.',
    query: countQuerySchema,
    responses: { 200: { description: 'Counts', schema: countSchema } },
  },
  'GET /v1/pages/{page}/subscribers/histogram_by_state': {
    id: 'histogramSubscribers',
    summary: 'Count subscribers by type and state.',
    responses: { 200: { description: 'Counts', schema: histogramSchema } },
  },
  'GET /v1/pages/{page}/subscribers/unsubscribed': {
    id: 'listUnsubscribed',
    summary: 'List who left.',
    query: unsubscribedQuerySchema,
    responses: many,
  },
  'POST /v1/pages/{page}/subscribers/resend_confirmation': {
    id: 'resendConfirmations',
    summary: 'Ask unconfirmed email subscribers again: ids, or "all". `kept`: had their share today.',
    request: resendSchema,
    responses: { 201: { description: 'Asked', schema: z.object({ sent: count, kept: count }) } },
  },
  'POST /v1/pages/{page}/subscribers/unsubscribe': {
    id: 'unsubscribeSubscribers',
    summary: 'End up to 100 subscriptions: ids, or "all" of fewer than 100. Nobody is written to about it.',
    request: unsubscribeSchema,
    responses: { 201: { description: 'Ended', schema: z.object({ unsubscribed: count }) } },
  },
  'POST /v1/pages/{page}/subscribers/reactivate': {
    id: 'reactivateSubscribers',
    summary: 'Use quarantined addresses again: ids, or "all". Whoever complained or sent STOP is kept.',
    request: reactivateSchema,
    responses: { 201: { description: 'Reactivated', schema: z.object({ reactivated: count, kept: count }) } },
  },
  'GET /v1/pages/{page}/subscribers/{subscriber}': {
    id: 'getSubscriber',
    summary: 'A subscriber, in whatever state.',
    responses: one,
  },
  'PATCH /v1/pages/{page}/subscribers/{subscriber}': {
    id: 'changeSubscriber',
    summary: 'Change what a subscriber hears of. Without components: the whole page.',
    request: patchSchema,
    responses: { ...one, ...left },
  },
  'DELETE /v1/pages/{page}/subscribers/{subscriber}': {
    id: 'unsubscribeSubscriber',
    summary: 'End a subscription. Nobody is written to about it.',
    query: deleteQuerySchema,
    responses: one,
  },
  'POST /v1/pages/{page}/subscribers/{subscriber}/resend_confirmation': {
    id: 'resendConfirmation',
    summary: 'Ask one unconfirmed subscriber again.',
    responses: { 201: { description: 'Asked', schema: statuspageSubscriberSchema }, ...left },
  },
  'GET /v1/pages/{page}/subscribers/{subscriber}/attempts': {
    id: 'listAttempts',
    summary:
      'The newest 50 calls of a webhook that did not succeed at once or were asked for, of fourteen days.',
    responses: { 200: { description: 'Newest first', schema: z.array(attemptSchema) } },
  },
  'POST /v1/pages/{page}/subscribers/{subscriber}/test': {
    id: 'testEndpoint',
    summary: 'Send a webhook a signed endpoint.ping. What came of it stands in its attempts.',
    responses: { 202: { description: 'On its way', schema: asked } },
  },
  'POST /v1/pages/{page}/subscribers/{subscriber}/resend': {
    id: 'resendUpdate',
    summary: 'Send a webhook one update again, under its old webhook-id. Receipts stay as they are.',
    request: resendUpdateSchema,
    responses: { 202: { description: 'On its way', schema: asked }, ...left },
  },
  'POST /v1/pages/{page}/subscribers/{subscriber}/recover': {
    id: 'recoverEndpoint',
    summary:
      'Send a webhook what it missed in that time, fourteen days back at most: updates that failed for good, or came while it was not used. 400 at once; `rest_since` is the `since` for the rest.',
    request: recoverSchema,
    responses: { 202: { description: 'How many are on their way', schema: recovering }, ...left },
  },
  'POST /v1/pages/{page}/subscribers/{subscriber}/rotate_secret': {
    id: 'rotateSecret',
    summary:
      'Give a webhook a new signing secret, which is shown once. The old one signs beside it for a day.',
    responses: {
      200: {
        description: 'The new secret',
        schema: z.object({ secret: z.string(), old_secret_until: z.string() }),
      },
      ...left,
    },
  },
  'POST /v1/pages/{page}/subscribers/{subscriber}/key_pair': {
    id: 'switchKeyPair',
    summary: 'Sign the calls of a webhook by its Ed25519 key pair (v1a) as well, or no more.',
    request: keyPairSchema,
    responses: {
      200: { description: 'The public key', schema: z.object({ on: z.boolean(), public_key: z.string() }) },
      ...left,
    },
  },
  'GET /v1/pages/{page}/incidents/{incident}/subscribers': {
    id: 'listIncidentSubscribers',
    summary: 'List who asked for this incident by itself.',
    query: incidentQuerySchema,
    responses: many,
  },
  'POST /v1/pages/{page}/incidents/{incident}/subscribers': {
    id: 'addIncidentSubscriber',
    summary: 'Subscribe an email address or a phone number to one incident.',
    request: createSchema,
    responses: { 201: { description: 'Added', schema: statuspageSubscriberSchema }, ...left },
  },
  'GET /v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}': {
    id: 'getIncidentSubscriber',
    summary: 'A subscriber of one incident.',
    responses: one,
  },
  'DELETE /v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}': {
    id: 'unsubscribeIncidentSubscriber',
    summary:
      'Take one incident from what a subscriber hears of. If nothing else is left, they are unsubscribed.',
    responses: one,
  },
  'POST /v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}/resend_confirmation': {
    id: 'resendIncidentConfirmation',
    summary: 'Ask one unconfirmed subscriber of an incident again.',
    responses: { 201: { description: 'Asked', schema: statuspageSubscriberSchema }, ...left },
  },
  'POST /v1/pages/{page}/person': {
    id: 'showPerson',
    summary: 'Everything that is held on an address: on this page, or everywhere.',
    request: personSchema,
    responses: { 200: { description: 'What is held', schema: heldSchema } },
  },
  'POST /v1/pages/{page}/erase': {
    id: 'erasePerson',
    summary:
      'Forget an address, on this page or everywhere. A keyed hash stays, so that nobody subscribes it again by import.',
    request: personSchema,
    responses: { 200: { description: 'Forgotten', schema: erasedSchema } },
  },
} as const satisfies Readonly<Record<string, Operation>>;
