import type { Announcement } from '../../shared/channels/channel.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import { announce, place } from '../../shared/domain/placement.ts';
import type { ComponentStatus, UpdateStatus } from '../../shared/domain/status.ts';
import type { PlacedUpdate, Reminder } from '../../shared/domain/update.ts';
import { seedAnnouncement } from './seed.ts';

const DAY = { scheduledFor: '2021-11-17T02:00:00Z', scheduledUntil: '2021-11-17T04:00:00Z' };
const NEXT_DAY = { scheduledFor: '2021-11-18T02:00:00Z', scheduledUntil: '2021-11-18T05:00:00Z' };

const PLANNED = `We move the database to new machines. During this time:

- The dashboard is read only.
- The APIs answer as always.`;
const MOVED = 'The new machines come a day later, and we take an hour more to be sure.';

interface Step {
  readonly status: UpdateStatus;
  readonly at: string;
  readonly body: string;
  readonly when: typeof DAY;
  readonly dashboard?: ComponentStatus;
  readonly reminder?: Reminder;
}

/** A maintenance that is announced, moved, reminded of, done; and a last word that could have been its only one. */
const STEPS: readonly Step[] = [
  { status: 'scheduled', at: '2021-11-10T09:00:00Z', body: PLANNED, when: DAY },
  { status: 'scheduled', at: '2021-11-15T16:30:00Z', body: MOVED, when: NEXT_DAY },
  {
    status: 'scheduled',
    at: '2021-11-18T01:00:00Z',
    body: MOVED,
    when: NEXT_DAY,
    reminder: { scheduledFor: NEXT_DAY.scheduledFor, minutesBefore: 60 },
  },
  {
    status: 'in_progress',
    at: '2021-11-18T02:00:00Z',
    body: 'We have begun.',
    when: NEXT_DAY,
    dashboard: 'under_maintenance',
  },
  {
    status: 'completed',
    at: '2021-11-18T04:10:00Z',
    body: 'All is done, and the dashboard takes changes again.',
    when: NEXT_DAY,
    dashboard: 'operational',
  },
  {
    status: 'cancelled',
    at: '2021-11-18T01:30:00Z',
    body: 'The new machines have not come. We will tell you when there is another date.',
    when: NEXT_DAY,
  },
];

const ID = 'database-move';

/** The six steps, each announced when it was the newest. The sixth follows the third: the work is cancelled instead. */
export function maintenanceAnnouncements(): Announcement[] {
  const { page } = seedAnnouncement(1);
  const made: Announcement[] = [];
  for (const [index, step] of STEPS.entries()) {
    const before = step.status === 'cancelled' ? made[2]?.incident : made.at(-1)?.incident;
    made.push(announced(page, before, step, `maintenance-${index + 1}`));
  }
  return made;
}

function announced(
  page: Announcement['page'],
  before: Incident | undefined,
  { status, at, body, when, dashboard = 'operational', reminder }: Step,
  id: string,
): Announcement {
  const known = before?.components.find(({ name }) => name === 'Dashboard')?.newStatus ?? 'operational';
  const update = {
    page: page.id,
    id,
    incident: {
      id: ID,
      name: 'Database move',
      impact: 'maintenance',
      url: 'https://status.batch.com/incidents/database-move',
      ...when,
    },
    status,
    body,
    publishedAt: at,
    acceptedAt: Date.parse(at) + 1_000,
    components: page.components
      .filter(({ name }) => name === 'Dashboard')
      .map((component) => ({ ...component, oldStatus: known, newStatus: dashboard })),
    notify: true,
    ...(reminder && { reminder }),
  } as const;
  const chunks = { email: 1, sms: 1, slack: 1, webhook: 1 };
  const incident = place(announce(before, update), update, { chunks, milestones: ['in_progress'] });
  const placed: PlacedUpdate = { ...update, sequence: incident.history.length };
  return { page, incident, update: placed };
}
