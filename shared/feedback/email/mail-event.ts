import * as z from 'zod/mini';
import { ID_PATTERN } from '../../domain/id.ts';
import type { AddressHash } from '../../domain/subscriber.ts';
import type { Instant } from '../../domain/time.ts';
import { statusCodes } from './status-codes.ts';

/** The mail that an event is about, by the tags that we gave it. Its address is read by nobody: `h` names it. */
export interface Mail {
  readonly page: string;
  /** Absent on letters to the owner of a webhook, who is no subscriber by mail. */
  readonly h?: AddressHash;
  /** Absent on letters about a subscription. */
  readonly delivery?: string;
  readonly update?: string;
  readonly incident?: string;
  /** When SES took it. What was confirmed after that, the event says nothing of. */
  readonly sentAt: Instant;
  /** The host behind the @, in lower case; empty where SES tells none. Not for logs: some have one user. */
  readonly host: string;
}

/** What SES tells of a mail that it has accepted. (Source: SES developer guide, `event-publishing-retrieving-sns-contents`.) */
export type MailEvent = { readonly mail: Mail } & (
  | {
      readonly kind: 'bounce';
      /** The same in every copy of the event. */
      readonly id: string;
      readonly at: Instant;
      readonly type: string;
      readonly subType: string;
      /** Enhanced status codes (RFC 3463) that the receiving server gave: `5.7.26`. */
      readonly codes: readonly string[];
    }
  | {
      readonly kind: 'complaint';
      readonly at: Instant;
      /** `abuse`, `not-spam`, ...; empty when the provider does not say. */
      readonly type: string;
      readonly subType: string;
    }
  | { readonly kind: 'delay'; readonly type: string }
  | { readonly kind: 'reject' }
  | { readonly kind: 'renderingFailure' }
  /** Subscribed to by nobody; told by whoever widens the event destination by hand. */
  | { readonly kind: 'other' }
);

const time = z.pipe(
  z.string(),
  z.transform((text: string, context) => {
    const at = Date.parse(text);
    if (Number.isNaN(at)) context.issues.push({ code: 'custom', input: text, message: 'no time' });
    return at;
  }),
);
/** Words of SES's own, such as `MailboxFull`: whatever else stands there is not passed on. */
const word = z.catch(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,40}$/)), '');
const idTag = z.tuple([z.string().check(z.regex(ID_PATTERN))]);

const envelope = z.object({
  eventType: z.string(),
  mail: z.object({
    timestamp: time,
    destination: z.catch(z.array(z.string()), []),
    tags: z.object({
      page_id: idTag,
      subscriber: z.optional(z.tuple([z.string().check(z.regex(/^[0-9a-f]{24}$/))])),
      delivery_id: z.optional(idTag),
      update_id: z.optional(idTag),
      incident_id: z.optional(idTag),
    }),
  }),
});

const bounced = z.object({
  bounce: z.object({
    bounceType: word,
    bounceSubType: word,
    timestamp: time,
    feedbackId: z.string().check(z.regex(/^[A-Za-z0-9_.@-]{1,200}$/)),
    bouncedRecipients: z.catch(
      z.array(z.object({ status: z.catch(z.string(), ''), diagnosticCode: z.catch(z.string(), '') })),
      [],
    ),
  }),
});

const complained = z.object({
  complaint: z.object({ timestamp: time, complaintFeedbackType: word, complaintSubType: word }),
});

const delayed = z.object({ deliveryDelay: z.object({ delayType: word }) });

/** A message of the feedback queue, or why it is none. Never throws, and quotes nothing of it: it holds addresses. */
export function parseMailEvent(body: string): { event: MailEvent } | { reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { reason: 'Expected JSON, got something else' };
  }
  const head = envelope.safeParse(json);
  if (!head.success) return faultsIn(head.error);
  const { eventType } = head.data;
  const mail = mailOf(head.data.mail);
  switch (eventType) {
    case 'Bounce': {
      const tail = bounced.safeParse(json);
      if (!tail.success) return faultsIn(tail.error);
      const { bounceType, bounceSubType, timestamp, feedbackId, bouncedRecipients } = tail.data.bounce;
      const codes = bouncedRecipients.flatMap((one) => statusCodes(`${one.status} ${one.diagnosticCode}`));
      return {
        event: {
          kind: 'bounce',
          mail,
          id: feedbackId,
          at: timestamp,
          type: bounceType,
          subType: bounceSubType,
          codes,
        },
      };
    }
    case 'Complaint': {
      const tail = complained.safeParse(json);
      if (!tail.success) return faultsIn(tail.error);
      const { timestamp, complaintFeedbackType, complaintSubType } = tail.data.complaint;
      return {
        event: {
          kind: 'complaint',
          mail,
          at: timestamp,
          type: complaintFeedbackType,
          subType: complaintSubType,
        },
      };
    }
    case 'DeliveryDelay': {
      const tail = delayed.safeParse(json);
      if (!tail.success) return faultsIn(tail.error);
      return { event: { kind: 'delay', mail, type: tail.data.deliveryDelay.delayType } };
    }
    case 'Reject':
      return { event: { kind: 'reject', mail } };
    case 'Rendering Failure':
      return { event: { kind: 'renderingFailure', mail } };
    default:
      return { event: { kind: 'other', mail } };
  }
}

function mailOf({ timestamp, destination, tags }: z.infer<typeof envelope>['mail']): Mail {
  const [address = ''] = destination;
  return {
    page: tags.page_id[0],
    sentAt: timestamp,
    host: /@([^@\s<>]+)>?\s*$/.exec(address)?.[1]?.toLowerCase() ?? '',
    ...(tags.subscriber && { h: tags.subscriber[0] }),
    ...(tags.delivery_id && { delivery: tags.delivery_id[0] }),
    ...(tags.update_id && { update: tags.update_id[0] }),
    ...(tags.incident_id && { incident: tags.incident_id[0] }),
  };
}

function faultsIn({ issues }: z.core.$ZodError): { reason: string } {
  const fields = issues.map((issue) => issue.path.join('.') || 'the whole');
  return { reason: `Expected an event of SES, got faults in ${[...new Set(fields)].join(', ')}` };
}
