import type { Incident } from '../domain/incident.ts';
import type { Scope } from '../domain/subscriber.ts';

/** Whether an incident, as it stands, is about anything in a scope. */
export function concerns(incident: Incident, scope: Scope): boolean {
  if (scope.kind === 'page' || scope.incidents.includes(incident.id)) return true;
  return incident.touched.some(
    ({ component, group }) =>
      scope.components.includes(component) || (group !== undefined && scope.groups.includes(group)),
  );
}
