/** What an update says of its incident. The first six belong to incidents, the last five to maintenance. */
export const UPDATE_STATUSES = [
  'investigating',
  'identified',
  'monitoring',
  'update',
  'resolved',
  'postmortem',
  'scheduled',
  'in_progress',
  'verifying',
  'completed',
  'cancelled',
] as const;
export type UpdateStatus = (typeof UPDATE_STATUSES)[number];

export const IMPACTS = ['none', 'minor', 'major', 'critical', 'maintenance'] as const;
export type Impact = (typeof IMPACTS)[number];

/** Component statuses as Atlassian Statuspage names them. */
export const COMPONENT_STATUSES = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const;
export type ComponentStatus = (typeof COMPONENT_STATUSES)[number];

const UPDATE_LABELS: Record<UpdateStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  update: 'Update',
  resolved: 'Resolved',
  postmortem: 'Postmortem',
  scheduled: 'Scheduled',
  in_progress: 'In progress',
  verifying: 'Verifying',
  completed: 'Completed',
  cancelled: 'Cancelled',
};

const COMPONENT_LABELS: Record<ComponentStatus, string> = {
  operational: 'Operational',
  under_maintenance: 'Under maintenance',
  degraded_performance: 'Degraded performance',
  partial_outage: 'Partial outage',
  major_outage: 'Major outage',
};

/** The words that people read for an update's status, in English. */
export function updateLabel(status: UpdateStatus): string {
  return UPDATE_LABELS[status];
}

/** The words that people read for a component's status, in English. */
export function componentLabel(status: ComponentStatus): string {
  return COMPONENT_LABELS[status];
}

const ENDS: ReadonlySet<UpdateStatus> = new Set(['resolved', 'postmortem', 'completed', 'cancelled']);

/** Whether nothing more is expected after this status but a postmortem. */
export function endsIncident(status: UpdateStatus): boolean {
  return ENDS.has(status);
}
