import { AFFECTED_COMPONENTS, type AffectedGroup, type PageComponent } from './batch-page.ts';
import { POSTMORTEM } from './batch-postmortem.ts';

type ComponentStatus = 'operational' | 'degraded_performance' | 'partial_outage' | 'major_outage';

/** An update as `POST /v1/pages/{page}/updates` takes it. */
export interface DemoUpdate {
  readonly id: string;
  readonly incident: {
    readonly id: string;
    readonly name: string;
    readonly impact: 'critical';
    readonly startedAt: string;
  };
  readonly status: 'investigating' | 'update' | 'monitoring' | 'resolved' | 'postmortem';
  readonly body: string;
  readonly publishedAt: string;
  readonly components: readonly (PageComponent & {
    readonly oldStatus: ComponentStatus;
    readonly newStatus: ComponentStatus;
  })[];
}

const INCIDENT = {
  id: 'major-downtime',
  name: 'Major downtime',
  impact: 'critical',
  startedAt: '2021-10-13T07:26:00Z',
} as const;

/** What the postmortem says was known to fail first: delivery, the APIs and the dashboard. */
const FIRST_SEEN: readonly AffectedGroup[] = ['mep-core-services', 'delivery', 'api'];

function moved(
  oldStatus: ComponentStatus,
  newStatus: ComponentStatus,
  groups?: readonly AffectedGroup[],
): DemoUpdate['components'] {
  return AFFECTED_COMPONENTS.filter(({ group }) => groups?.includes(group.id) ?? true).map((component) => ({
    ...component,
    oldStatus,
    newStatus,
  }));
}

/**
 * Batch's outage of 13 October 2021 in its six updates, oldest first. Texts, times, and which components were
 * affected are as published. Published is only the union of the components; how their statuses moved is
 * derived from the texts: ten are down at first, all eighteen once the host's outage is known to hit "all of
 * our products", all better from the fix on, well when resolved. A postmortem moves none.
 */
export const BATCH_INCIDENT: readonly DemoUpdate[] = [
  {
    id: 'batch-1-investigating',
    incident: INCIDENT,
    status: 'investigating',
    body: "We are aware of an ongoing major downtime on our infrastructure. We're currently investigating it and will keep you posted.",
    publishedAt: '2021-10-13T07:26:00Z',
    components: moved('operational', 'major_outage', FIRST_SEEN),
  },
  {
    id: 'batch-2-update',
    incident: INCIDENT,
    status: 'update',
    body: 'It seems that our main hosting provider has an ongoing major outage impacting all of our products.',
    publishedAt: '2021-10-13T07:30:00Z',
    components: AFFECTED_COMPONENTS.map((component) => ({
      ...component,
      oldStatus: FIRST_SEEN.includes(component.group.id) ? 'major_outage' : 'operational',
      newStatus: 'major_outage',
    })),
  },
  {
    id: 'batch-3-monitoring',
    incident: INCIDENT,
    status: 'monitoring',
    body: 'A fix has been implemented and we are monitoring the results.',
    publishedAt: '2021-10-13T08:28:00Z',
    components: moved('major_outage', 'degraded_performance'),
  },
  {
    id: 'batch-4-update',
    incident: INCIDENT,
    status: 'update',
    body: 'A fix has been issued by OVH and we are currently monitoring the results.',
    publishedAt: '2021-10-13T08:31:00Z',
    components: moved('degraded_performance', 'degraded_performance'),
  },
  {
    id: 'batch-5-resolved',
    incident: INCIDENT,
    status: 'resolved',
    body: 'This incident has been resolved.',
    publishedAt: '2021-10-13T09:29:00Z',
    components: moved('degraded_performance', 'operational'),
  },
  {
    id: 'batch-6-postmortem',
    incident: INCIDENT,
    status: 'postmortem',
    body: POSTMORTEM,
    publishedAt: '2021-10-13T10:09:00Z',
    components: [],
  },
];

/** "3 Monitoring", as the terminal names an update. */
export function updateName(update: DemoUpdate): string {
  const place = BATCH_INCIDENT.indexOf(update) + 1;
  return `${place} ${update.status.charAt(0).toUpperCase()}${update.status.slice(1)}`;
}
