/** Events in the shape that SES publishes (SES developer guide, `event-publishing-retrieving-sns-examples`). */
export interface EventParts {
  readonly eventType: string;
  readonly to?: string;
  readonly sentAt?: number;
  /** In place of the usual ones; undefined takes one away. */
  readonly tags?: Readonly<Record<string, readonly string[] | undefined>>;
  readonly [member: string]: unknown;
}

export const H = 'a1b2c3d4e5f6a1b2c3d4e5f6';

export function eventText({
  eventType,
  to = 'kim@example.com',
  sentAt = 0,
  tags,
  ...rest
}: EventParts): string {
  return JSON.stringify({
    eventType,
    mail: {
      timestamp: new Date(sentAt).toISOString(),
      source: 'Batch Status <status@notify.example>',
      sendingAccountId: '000000000000',
      messageId: '0100019a-0000-0000-0000-000000000000-000000',
      destination: [to],
      headersTruncated: false,
      headers: [{ name: 'To', value: to }],
      commonHeaders: { to: [to], subject: 'x' },
      tags: {
        'ses:configuration-set': ['main'],
        page_id: ['batch'],
        update_id: ['u1'],
        incident_id: ['i1'],
        delivery_id: ['d1'],
        subscriber: [H],
        ...tags,
      },
    },
    ...rest,
  });
}

export interface BounceParts extends Partial<EventParts> {
  readonly type?: string;
  readonly subType?: string;
  readonly status?: string;
  readonly diagnosticCode?: string;
  readonly at?: number;
  readonly id?: string;
}

export function bounceText(parts: BounceParts = {}): string {
  const { type, subType = 'General', status, diagnosticCode, at = 1_000, id = '0100-f', ...rest } = parts;
  const to = rest.to ?? 'kim@example.com';
  return eventText({
    ...rest,
    eventType: 'Bounce',
    bounce: {
      feedbackId: id,
      bounceType: type ?? 'Permanent',
      bounceSubType: subType,
      bouncedRecipients: [
        {
          emailAddress: to,
          ...(status && { action: 'failed', status }),
          ...(diagnosticCode && { diagnosticCode }),
        },
      ],
      timestamp: new Date(at).toISOString(),
      reportingMTA: 'dsn; a8-70.smtp-out.amazonses.com',
    },
  });
}

export function complaintText(
  type: string | undefined,
  parts: Partial<EventParts> & { subType?: string } = {},
): string {
  const { subType, ...rest } = parts;
  return eventText({
    ...rest,
    eventType: 'Complaint',
    complaint: {
      feedbackId: '0100-c',
      complaintSubType: subType ?? null,
      complainedRecipients: [{ emailAddress: rest.to ?? 'kim@example.com' }],
      timestamp: new Date(1_000).toISOString(),
      ...(type && { complaintFeedbackType: type, userAgent: 'Yahoo!-Mail-Feedback/2.0' }),
    },
  });
}
