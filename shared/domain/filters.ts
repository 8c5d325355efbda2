import type { Incident } from './incident.ts';
import type { Detail } from './milestones.ts';
import type { Impact, UpdateStatus } from './status.ts';
import type { IncidentFacts } from './update.ts';

/** What an update can be about. */
export const KINDS = ['incident', 'maintenance'] as const;
export type Kind = (typeof KINDS)[number];

/** What a subscriber can ask an incident to be at least, from the mildest on. */
export const MINIMUM_IMPACTS = ['none', 'minor', 'major', 'critical'] as const;
export type MinimumImpact = (typeof MINIMUM_IMPACTS)[number];

/** What a subscriber leaves out of the scope. Absent: nothing. */
export interface Filters {
  /** Only these. Never empty: who wants nothing pauses. */
  readonly kinds?: readonly Kind[];
  /** Incidents only: maintenance has no severity. */
  readonly minimumImpact?: MinimumImpact;
  /** How much of an incident. Absent: as the channel does it, which is milestones by SMS and all elsewhere. */
  readonly detail?: Detail;
}

/** How an incident has stood so far: what filters look at. It only ever grows, so nobody who was told drops out. */
export interface Standing {
  readonly kinds: ReadonlySet<Kind>;
  /** The worst impact of its steps that were an incident's. */
  readonly worst: MinimumImpact;
}

/** What a step counts as: `maintenance` for planned work whatever its stated impact, else the impact. */
export function impactOfStep(facts: IncidentFacts, status: UpdateStatus): Impact {
  return facts.impact === 'maintenance' || facts.scheduledFor !== undefined || PLANNED.has(status)
    ? 'maintenance'
    : facts.impact;
}

/** How the incident stood with the update of this sequence number. */
export function standingAt(incident: Incident, sequence: number): Standing {
  const impacts = incident.impacts?.slice(0, sequence) ?? [impactOfStep(incident.facts, incident.status)];
  const severities = impacts.filter((impact) => impact !== 'maintenance');
  const kinds = new Set<Kind>();
  if (severities.length > 0) kinds.add('incident');
  if (severities.length < impacts.length) kinds.add('maintenance');
  const worst = severities.reduce<MinimumImpact>((a, b) => (rank(b) > rank(a) ? b : a), 'none');
  return { kinds, worst };
}

/** Whether filters let an incident through that stands like this. */
export function passes({ kinds, minimumImpact = 'none' }: Filters, standing: Standing): boolean {
  const wants = (kind: Kind) => standing.kinds.has(kind) && (kinds?.includes(kind) ?? true);
  return wants('maintenance') || (wants('incident') && rank(standing.worst) >= rank(minimumImpact));
}

const PLANNED: ReadonlySet<UpdateStatus> = new Set([
  'scheduled',
  'in_progress',
  'verifying',
  'completed',
  'cancelled',
]);

function rank(impact: MinimumImpact): number {
  return MINIMUM_IMPACTS.indexOf(impact);
}
