import { z } from 'zod';

/**
 * What Atlassian documents of its webhooks, and what captures of them hold, as a strict schema: a member that is missing or of another
 * type fails, and so does one that Statuspage does not send, but for `meta.sequence`, `meta.ping` and `truncated`, which are ours.
 */
const time = z.iso.datetime({ precision: 3 });
const status = z.enum([
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'postmortem',
  'scheduled',
  'in_progress',
  'verifying',
  'completed',
]);
const componentStatus = z.enum([
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
]);
const impact = z.enum(['none', 'maintenance', 'minor', 'major', 'critical']);

const update = z.strictObject({
  id: z.string(),
  incident_id: z.string(),
  status,
  body: z.string(),
  created_at: time,
  updated_at: time,
  display_at: time,
  affected_components: z.nullable(
    z.array(
      z.strictObject({
        code: z.string(),
        name: z.string(),
        old_status: componentStatus,
        new_status: componentStatus,
      }),
    ),
  ),
  deliver_notifications: z.boolean(),
  wants_twitter_update: z.boolean(),
  twitter_updated_at: z.null(),
  custom_tweet: z.null(),
});

export const statuspageShape = z.strictObject({
  meta: z.strictObject({
    unsubscribe: z.url(),
    documentation: z.url(),
    generated_at: time,
    sequence: z.optional(z.int().positive()),
    ping: z.optional(z.literal(true)),
  }),
  page: z.strictObject({ id: z.string(), status_indicator: impact, status_description: z.string().min(1) }),
  incident: z.strictObject({
    id: z.string(),
    page_id: z.string(),
    name: z.string(),
    status,
    impact,
    impact_override: z.null(),
    shortlink: z.url(),
    created_at: time,
    updated_at: time,
    monitoring_at: z.nullable(time),
    resolved_at: z.nullable(time),
    postmortem_ignored: z.boolean(),
    postmortem_body: z.nullable(z.string()),
    postmortem_body_last_updated_at: z.nullable(time),
    postmortem_published_at: z.nullable(time),
    postmortem_notified_subscribers: z.boolean(),
    postmortem_notified_twitter: z.boolean(),
    backfilled: z.boolean(),
    scheduled_for: z.nullable(time),
    scheduled_until: z.nullable(time),
    scheduled_remind_prior: z.boolean(),
    scheduled_reminded_at: z.nullable(time),
    scheduled_auto_in_progress: z.boolean(),
    scheduled_auto_completed: z.boolean(),
    incident_updates: z.array(update).min(1),
    components: z.array(
      z.strictObject({
        id: z.string(),
        page_id: z.string(),
        name: z.string(),
        status: componentStatus,
        position: z.int().positive(),
        description: z.null(),
        showcase: z.boolean(),
        group_id: z.nullable(z.string()),
        created_at: time,
        updated_at: time,
      }),
    ),
    truncated: z.optional(z.literal(true)),
  }),
});

/**
 * How chat integrations read such a webhook: told apart by its top-level member, the newest update from the head of the list. (After
 * what Zulip's integration is publicly known to read.)
 */
export function asChatReads(payload: unknown): { readonly topic: string; readonly text: string } {
  const { page, incident } = statuspageShape.parse(payload);
  const [newest] = incident.incident_updates;
  return {
    topic: `${incident.name}: ${page.status_description}`,
    text: `**${incident.name}**\n* State: **${incident.status}**\n* Description: ${newest?.body}`,
  };
}
