import type { Impact, UpdateStatus } from '../../../../domain/status.ts';
import type { AcceptedUpdate, AffectedComponent } from '../../../../domain/update.ts';
import { shortenAtWord } from '../../../text/shorten.ts';
import { isoTime } from '../../../text/utc.ts';
import { linkOf } from '../../../text/wording.ts';
import type { Announced } from '../format.ts';

/** What is left when a payload would be too long. */
const CUT_UPDATES = 10;
const CUT_BODY = 2_000;
const CUT_COMPONENTS = 60;

/** What Statuspage says of a page when its worst open incident has this impact. */
const DESCRIPTIONS: Readonly<Record<Impact, string>> = {
  none: 'All Systems Operational',
  minor: 'Minor Service Outage',
  major: 'Partial System Outage',
  critical: 'Major Service Outage',
  maintenance: 'Service Under Maintenance',
};

/** Over, or not begun yet. */
const QUIET: readonly UpdateStatus[] = ['scheduled', 'resolved', 'postmortem', 'completed'];

/** As far as this incident tells: its impact while it goes on. */
export function pageOf({ page, update, earlier }: Announced) {
  const status = withoutUpdate([...earlier, update]).at(-1);
  const indicator = status !== undefined && QUIET.includes(status) ? 'none' : update.incident.impact;
  return { id: page.id, status_indicator: indicator, status_description: DESCRIPTIONS[indicator] };
}

/**
 * The incident with all of its updates, newest first. Statuspage's API has no status `update`: such a step repeats the status that
 * the incident had, which is what Statuspage shows for a step without a change.
 */
export function incidentOf({ page, incident, update, earlier }: Announced, cut: boolean) {
  const statuses = withoutUpdate([...earlier, update]);
  const steps = [...earlier, update].map((step, index) =>
    updateOf(step, statuses[index] ?? 'investigating', cut),
  );
  const first = earlier[0] ?? update;
  const facts = update.incident;
  const postmortem = update.status === 'postmortem' ? update : undefined;
  const reminded = [...earlier, update].findLast(({ reminder }) => reminder !== undefined);
  const at = (wanted: UpdateStatus) => whenFirst([...earlier, update], wanted);
  const components = cut ? incident.components.slice(0, CUT_COMPONENTS) : incident.components;
  return {
    id: incident.id,
    page_id: page.id,
    name: incident.title.toWellFormed(),
    status: statuses.at(-1),
    impact: facts.impact,
    impact_override: null,
    shortlink: linkOf({ page, incident, update }),
    created_at: iso(facts.startedAt ?? first.publishedAt),
    updated_at: iso(update.publishedAt),
    monitoring_at: at('monitoring'),
    resolved_at: at('resolved') ?? at('completed'),
    postmortem_ignored: false,
    postmortem_body: postmortem ? text(postmortem.body, cut) : null,
    postmortem_body_last_updated_at: postmortem ? iso(postmortem.publishedAt) : null,
    postmortem_published_at: postmortem ? iso(postmortem.publishedAt) : null,
    postmortem_notified_subscribers: postmortem !== undefined,
    postmortem_notified_twitter: false,
    backfilled: facts.backfilled === true,
    scheduled_for: facts.scheduledFor === undefined ? null : iso(facts.scheduledFor),
    scheduled_until: facts.scheduledUntil === undefined ? null : iso(facts.scheduledUntil),
    scheduled_remind_prior: (incident.plan?.reminders.length ?? 0) > 0,
    scheduled_reminded_at: reminded === undefined ? null : iso(reminded.publishedAt),
    scheduled_auto_in_progress: false,
    scheduled_auto_completed: false,
    incident_updates: (cut ? steps.slice(-CUT_UPDATES) : steps).toReversed(),
    components: components.map((component, index) => ({
      id: component.id,
      page_id: page.id,
      name: component.name.toWellFormed(),
      status: component.newStatus,
      position: index + 1,
      description: null,
      showcase: true,
      group_id: component.group?.id ?? null,
      created_at: iso(first.publishedAt),
      updated_at: iso(update.publishedAt),
    })),
    ...(cut && { truncated: true }),
  };
}

function updateOf(step: AcceptedUpdate, status: UpdateStatus, cut: boolean) {
  const published = iso(step.publishedAt);
  const components = cut ? step.components.slice(0, CUT_COMPONENTS) : step.components;
  return {
    id: step.id,
    incident_id: step.incident.id,
    status,
    body: text(step.body, cut),
    created_at: published,
    updated_at: published,
    display_at: published,
    affected_components: components.length === 0 ? null : components.map(affected),
    deliver_notifications: step.notify,
    wants_twitter_update: false,
    twitter_updated_at: null,
    custom_tweet: null,
  };
}

function affected({ id, name, oldStatus, newStatus }: AffectedComponent) {
  return { code: id, name: name.toWellFormed(), old_status: oldStatus ?? newStatus, new_status: newStatus };
}

/** The statuses of the steps in Statuspage's words: it knows no `cancelled`, there such work is completed before it began. */
function withoutUpdate(steps: readonly AcceptedUpdate[]): UpdateStatus[] {
  let last: UpdateStatus = 'investigating';
  return steps.map(({ status }) => {
    if (status !== 'update') last = status === 'cancelled' ? 'completed' : status;
    return last;
  });
}

function whenFirst(steps: readonly AcceptedUpdate[], wanted: UpdateStatus): string | null {
  const found = steps.find(({ status }) => status === wanted);
  return found === undefined ? null : iso(found.publishedAt);
}

/** Times as Statuspage writes them; what is no time stays as it was published. */
function iso(published: string): string {
  const at = Date.parse(published);
  return Number.isNaN(at) ? published : isoTime(at);
}

function text(body: string, cut: boolean): string {
  return cut ? shortenAtWord(body.toWellFormed(), CUT_BODY) : body.toWellFormed();
}
