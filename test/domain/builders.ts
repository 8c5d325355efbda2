import type { Incident } from '../../shared/domain/incident.ts';
import { announce, place } from '../../shared/domain/placement.ts';
import type { UpdateStatus } from '../../shared/domain/status.ts';
import type { Scope, Subscriber } from '../../shared/domain/subscriber.ts';
import type { AcceptedUpdate } from '../../shared/domain/update.ts';

export const T0 = Date.UTC(2021, 9, 13, 7, 26);

/** An accepted update with everything that a test does not care about filled in. */
export function anUpdate(overrides: Partial<AcceptedUpdate> & { id: string }): AcceptedUpdate {
  return {
    page: 'batch',
    incident: { id: 'outage', name: 'Major downtime', impact: 'critical' },
    status: 'investigating',
    body: 'We are looking into it.',
    publishedAt: new Date(T0).toISOString(),
    components: [],
    notify: true,
    acceptedAt: T0,
    ...overrides,
  };
}

/** The incident that these updates, accepted in this order, have made. */
export function anIncident(
  updates: readonly AcceptedUpdate[],
  chunks: Partial<Incident['chunks']> = {},
  milestones: readonly UpdateStatus[] = ['in_progress'],
): Incident {
  const all = { email: 1, sms: 1, slack: 1, webhook: 1, ...chunks };
  const [first] = updates;
  if (first === undefined) throw new Error('Expected at least one update');
  return updates.reduce(
    (incident, update) => place(incident, update, { chunks: all, milestones }),
    announce(undefined, first),
  );
}

export function aSubscriber(
  h: string,
  scope: Scope = { kind: 'page' },
  overrides: Partial<Subscriber> = {},
): Subscriber {
  return {
    page: 'batch',
    channel: 'email',
    h,
    address: { channel: 'email', email: `${h}@example.com` },
    state: 'active',
    scope,
    createdAt: T0 - 1,
    confirmedAt: T0 - 1,
    ...overrides,
  };
}

export function selection(set: { components?: string[]; groups?: string[]; incidents?: string[] }): Scope {
  return { kind: 'selection', components: [], groups: [], incidents: [], ...set };
}
