import { POSTMORTEM } from '../../local/demo/batch-postmortem.ts';
import type { Announcement } from '../../shared/channels/channel.ts';
import type { ComponentStatus, UpdateStatus } from '../../shared/domain/status.ts';
import type { AffectedComponent, IncidentFacts, PlacedUpdate } from '../../shared/domain/update.ts';

/** The real incident that the project starts from: a 62 minute outage of a push service, told in six updates. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  '[OLD_STATUSPAGE_MODEL] 3rd party integrations': ['Segment', 'mParticle', 'Salesforce Marketing Cloud'],
  'MEP Core Services': ['Dashboard', 'In-app delivery', 'Data ingestion'],
  'Optional Services': ['Editorial dashboard', 'Inbox', 'Custom Exports'],
  '[OLD_STATUSPAGE_MODEL] Delivery': ['Transactional push', 'Push campaigns', 'In-app messaging'],
  '[OLD_STATUSPAGE_MODEL] Webservices': ['Custom attributes', 'Web push static resources'],
  API: [
    '[MEP] Campaigns API',
    '[MEP] Transactional API',
    '[MEP] Custom Data API',
    '[MEP] Transactional API for Partners',
  ],
};

const UPDATES: readonly [UpdateStatus, string, string, ComponentStatus | undefined, ComponentStatus][] = [
  [
    'investigating',
    '2021-10-13T07:26:00Z',
    "We are aware of an ongoing major downtime on our infrastructure. We're currently investigating it and will keep you posted.",
    'operational',
    'major_outage',
  ],
  [
    'update',
    '2021-10-13T07:30:00Z',
    'It seems that our main hosting provider has an ongoing major outage impacting all of our products.',
    'major_outage',
    'major_outage',
  ],
  [
    'monitoring',
    '2021-10-13T08:28:00Z',
    'A fix has been implemented and we are monitoring the results.',
    'major_outage',
    'degraded_performance',
  ],
  [
    'update',
    '2021-10-13T08:31:00Z',
    'A fix has been issued by OVH and we are currently monitoring the results.',
    'degraded_performance',
    'degraded_performance',
  ],
  [
    'resolved',
    '2021-10-13T09:29:00Z',
    'This incident has been resolved.',
    'degraded_performance',
    'operational',
  ],
  ['postmortem', '2021-10-13T10:09:00Z', POSTMORTEM, 'operational', 'operational'],
];

const HISTORY = UPDATES.map((_, index) => `upd-${index + 1}`);

const FACTS: IncidentFacts = {
  id: 'inc-fe24dd09',
  name: 'Major downtime',
  impact: 'critical',
  url: 'https://status.batch.com/incidents/fe24dd09cc98',
  startedAt: '2021-10-13T07:26:00Z',
};

/** The six updates, each announced when it was the newest. */
export function seedAnnouncements(): Announcement[] {
  return UPDATES.map(([status, publishedAt, body, oldStatus, newStatus], index) => {
    const components = affected(oldStatus, newStatus);
    const id = HISTORY[index] ?? '';
    const update: PlacedUpdate = {
      page: 'batch',
      id,
      incident: FACTS,
      status,
      body,
      publishedAt,
      components,
      notify: true,
      acceptedAt: Date.parse(publishedAt) + 1_000,
      sequence: index + 1,
    };
    return {
      page: {
        id: 'batch',
        name: 'Batch',
        url: 'https://status.batch.com/',
        components: components.map(({ id, name, group }) => ({ id, name, ...(group && { group }) })),
      },
      incident: {
        page: 'batch',
        id: FACTS.id,
        title: FACTS.name,
        facts: FACTS,
        status,
        components,
        touched: [],
        history: HISTORY.slice(0, index + 1),
        arriving: [],
        open: [],
        chunks: { email: 1, sms: 1, slack: 1, webhook: 1 },
      },
      update,
    };
  });
}

/** One of the six, counted from 1. */
export function seedAnnouncement(sequence: number): Announcement {
  const announcement = seedAnnouncements()[sequence - 1];
  if (announcement === undefined) throw new Error(`Expected 1 to 6, got ${sequence}`);
  return announcement;
}

function affected(oldStatus: ComponentStatus | undefined, newStatus: ComponentStatus): AffectedComponent[] {
  return Object.entries(GROUPS).flatMap(([groupName, names], g) =>
    names.map((name, c) => ({
      id: `c${g + 1}${c + 1}`,
      name,
      group: { id: `g${g + 1}`, name: groupName },
      ...(oldStatus && { oldStatus }),
      newStatus,
    })),
  );
}
