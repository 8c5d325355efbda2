import * as z from 'zod/mini';
import { ID_PATTERN } from '../domain/id.ts';
import { COMPONENT_STATUSES, type ComponentStatus, IMPACTS, UPDATE_STATUSES } from '../domain/status.ts';
import type { AffectedComponent, Update } from '../domain/update.ts';
import { parseValue } from './read-body.ts';
import { PRINTABLE } from './schemas.ts';

/**
 * Atlassian Statuspage's outgoing webhook, as far as it is told on. The shape carries no type field and no
 * signature: an `incident` member is an incident or a maintenance, anything else is not for subscribers. Unknown
 * members are ignored, as Statuspage adds some over time.
 */
const id = z.string().check(z.regex(ID_PATTERN, { error: 'Expected 1 to 64 of A-Z, a-z, 0-9, _ and -' }));
const text = z.string().check(z.overwrite((value: string) => value.toWellFormed()));
const name = text.check(z.minLength(1), z.maxLength(255));
const instant = z.iso
  .datetime({ offset: true, error: 'Expected a time such as 2021-10-13T07:26:00Z' })
  .check(z.maxLength(40));
const optionalInstant = z.optional(z.nullable(instant));

/** Statuspage has sent an empty status for components without one. */
const componentStatus = z.enum([...COMPONENT_STATUSES, '']);

const incidentSchema = z.object({
  id,
  name,
  impact: z.enum(IMPACTS),
  shortlink: z.optional(z.nullable(z.string())),
  backfilled: z.optional(z.nullable(z.boolean())),
  created_at: optionalInstant,
  scheduled_for: optionalInstant,
  scheduled_until: optionalInstant,
  scheduled_remind_prior: z.optional(z.nullable(z.boolean())),
  incident_updates: z
    .array(
      z.object({
        id,
        status: z.enum(UPDATE_STATUSES),
        body: z.optional(z.nullable(text.check(z.maxLength(25_000)))),
        created_at: instant,
        display_at: optionalInstant,
        deliver_notifications: z.optional(z.nullable(z.boolean())),
        affected_components: z.optional(
          z.nullable(
            z.array(
              z.object({
                code: id,
                name,
                old_status: z.optional(z.nullable(componentStatus)),
                new_status: componentStatus,
              }),
            ),
          ),
        ),
      }),
    )
    .check(z.minLength(1)),
  components: z.optional(z.nullable(z.array(z.object({ id, name, status: componentStatus })))),
});

const envelopeSchema = z.object({ incident: incidentSchema });

/**
 * The newest update of a Statuspage payload (`incident_updates` is newest first), or undefined when it tells of
 * no incident. Throws a ProblemError when it is malformed or has no update.
 */
export function readStatuspage(page: string, payload: unknown): Update | undefined {
  if (isComponentEvent(payload)) return undefined;
  const { incident } = parseValue(payload, envelopeSchema);
  const [newest] = incident.incident_updates;
  if (newest === undefined) throw new Error('Expected the schema to demand an update');
  return {
    page,
    id: newest.id,
    incident: {
      id: incident.id,
      name: incident.name,
      impact: incident.impact,
      ...(isHttpUrl(incident.shortlink) && { url: incident.shortlink }),
      ...(incident.created_at && { startedAt: incident.created_at }),
      ...(incident.scheduled_for && { scheduledFor: incident.scheduled_for }),
      ...(incident.scheduled_until && { scheduledUntil: incident.scheduled_until }),
      // Statuspage knows one reminder, on or off: off is off, on is as the page reminds.
      ...(incident.scheduled_for && incident.scheduled_remind_prior === false && { reminders: [] }),
      ...(incident.backfilled && { backfilled: true }),
    },
    status: newest.status,
    body: newest.body ?? '',
    publishedAt: newest.display_at ?? newest.created_at,
    components: componentsOf(incident, newest.affected_components),
    notify: newest.deliver_notifications ?? true,
  };
}

type Incident = z.infer<typeof incidentSchema>;
type Affected = NonNullable<Incident['incident_updates'][number]['affected_components']>;

function componentsOf(incident: Incident, affected: Affected | null | undefined): AffectedComponent[] {
  const components = new Map<string, AffectedComponent>();
  for (const { code, name, old_status, new_status } of affected ?? []) {
    components.set(code, {
      id: code,
      name,
      ...(old_status && { oldStatus: old_status }),
      newStatus: orOperational(new_status),
    });
  }
  if (components.size > 0) return [...components.values()];
  for (const { id, name, status } of incident.components ?? []) {
    components.set(id, { id, name, newStatus: orOperational(status) });
  }
  return [...components.values()];
}

function orOperational(status: ComponentStatus | ''): ComponentStatus {
  return status === '' ? 'operational' : status;
}

function isComponentEvent(payload: unknown): boolean {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'component_update' in payload &&
    !('incident' in payload)
  );
}

function isHttpUrl(value: string | null | undefined): value is string {
  if (typeof value !== 'string' || value.length > 2048 || !PRINTABLE.test(value)) return false;
  return /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}
