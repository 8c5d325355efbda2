/** A maintenance as `POST /v1/pages/{page}/updates` takes it. */
export interface DemoMaintenance {
  readonly id: string;
  readonly incident: {
    readonly id: string;
    readonly name: string;
    readonly impact: 'maintenance';
    readonly scheduledFor: string;
    readonly scheduledUntil: string;
    /** Minutes before the start. */
    readonly reminders: readonly number[];
  };
  readonly status: 'scheduled';
  readonly body: string;
  readonly publishedAt: string;
  readonly components: readonly {
    readonly id: string;
    readonly name: string;
    readonly newStatus: 'operational';
  }[];
}

const MINUTE = 60_000;

/** Work on the empty page that begins in ten minutes: whoever signs up in the first five is reminded of it. */
export function plannedWork(now: number): DemoMaintenance {
  const time = (minutes: number): string => new Date(now + minutes * MINUTE).toISOString();
  return {
    id: 'demo-maintenance-1',
    incident: {
      id: 'demo-maintenance',
      name: 'Database upgrade',
      impact: 'maintenance',
      scheduledFor: time(10),
      scheduledUntil: time(40),
      reminders: [5],
    },
    status: 'scheduled',
    body: 'We move the database to new machines. The website is read only meanwhile.',
    publishedAt: time(0),
    components: [{ id: 'website', name: 'Website', newStatus: 'operational' }],
  };
}
