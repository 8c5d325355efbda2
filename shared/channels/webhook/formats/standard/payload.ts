import type { Page } from '../../../../domain/page.ts';
import type { AffectedComponent, IncidentFacts } from '../../../../domain/update.ts';
import type { Announcement } from '../../../channel.ts';
import { shortenAtWord } from '../../../text/shorten.ts';
import { isoTime } from '../../../text/utc.ts';
import { linkOf, scheduleBefore } from '../../../text/wording.ts';

/** Receivers are promised less than this (docs/webhooks.md). */
const LONGEST_PAYLOAD = 64 * 1024;

/** What is left of the largest parts when a payload would be longer. */
const CUT_BODY = 8_000;
const CUT_COMPONENTS = 60;

/**
 * The bytes that every endpoint of an update gets, the same in every attempt while the incident stands still: Standard Webhooks'
 * `{type, timestamp, data}` with the update, the whole incident as last known, and the page. One call is enough to know
 * everything: while a page reports an outage, its API may be what is down.
 *
 * `data.sequence` counts the updates of the incident: a receiver that ignores what is not above the last one it saw is never
 * set back by a retry. Texts are as the publisher wrote them; JSON carries them safely.
 */
export function renderPayload(announcement: Announcement): Buffer {
  const whole = encode(announcement, false);
  return whole.length < LONGEST_PAYLOAD ? whole : encode(announcement, true);
}

function encode(announcement: Announcement, cut: boolean): Buffer {
  return Buffer.from(JSON.stringify(payload(announcement, cut)));
}

/** Of `standard`, and the `data` of `cloudevents`. */
export function payload(announcement: Announcement, cut: boolean) {
  const { page, incident, update } = announcement;
  const before = scheduleBefore(announcement);
  const text = (value: string, max: number) =>
    cut ? shortenAtWord(value.toWellFormed(), max) : value.toWellFormed();
  const components = (all: readonly AffectedComponent[]) =>
    (cut ? all.slice(0, CUT_COMPONENTS) : all).map((component) => componentOf(component, text));
  return {
    type: typeOf(announcement),
    timestamp: isoTime(update.acceptedAt),
    data: {
      page: { id: page.id, name: text(page.name, 200), url: page.url },
      incident: {
        id: incident.id,
        name: text(incident.facts.name, 200),
        title: text(incident.title, 200),
        status: incident.status,
        impact: incident.facts.impact,
        url: linkOf(announcement),
        ...times(incident.facts),
        updated_at: update.publishedAt,
        components: components(incident.components),
      },
      update: {
        id: update.id,
        status: update.status,
        body: text(update.body, CUT_BODY),
        published_at: update.publishedAt,
        components: components(update.components),
        ...(update.reminder && { reminder: { minutes_before: update.reminder.minutesBefore } }),
        ...(before && {
          rescheduled_from: {
            scheduled_for: before.scheduledFor,
            scheduled_until: before.scheduledUntil ?? null,
          },
        }),
      },
      sequence: update.sequence,
      ...(cut && { truncated: true }),
    },
  };
}

function componentOf(
  { id, name, group, oldStatus, newStatus }: AffectedComponent,
  text: (value: string, max: number) => string,
) {
  return {
    id,
    name: text(name, 100),
    group: group === undefined ? null : { id: group.id, name: text(group.name, 100) },
    old_status: oldStatus ?? null,
    new_status: newStatus,
  };
}

function times({ startedAt, scheduledFor, scheduledUntil }: IncidentFacts) {
  return {
    started_at: startedAt ?? null,
    scheduled_for: scheduledFor ?? null,
    scheduled_until: scheduledUntil ?? null,
  };
}

/** The `data` of a ping. */
export function pingPayload({ id, name, url }: Page) {
  return { page: { id, name: name.toWellFormed(), url } };
}

/** `incident.created`, `incident.updated`, `incident.postmortem_published`, or `maintenance.` and its step or `reminder`. */
function typeOf({ update }: Announcement): string {
  if (update.reminder !== undefined) return 'maintenance.reminder';
  const planned = update.incident.impact === 'maintenance' || update.incident.scheduledFor !== undefined;
  switch (update.status) {
    case 'postmortem':
      return 'incident.postmortem_published';
    case 'scheduled':
    case 'in_progress':
    case 'verifying':
    case 'completed':
    case 'cancelled':
      return `maintenance.${update.status}`;
    default:
      if (planned) return 'maintenance.updated';
      return update.sequence === 1 ? 'incident.created' : 'incident.updated';
  }
}
