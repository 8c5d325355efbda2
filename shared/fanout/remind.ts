import { createHash } from 'node:crypto';
import type { Incident } from '../domain/incident.ts';
import { dealtWith, letGo, type Plan, reminderDue } from '../domain/plan.ts';
import type { Instant } from '../domain/time.ts';
import type { Reminder, Update } from '../domain/update.ts';
import type { IncidentLists } from '../store/incident-lists.ts';
import type { IncidentStore } from '../store/incidents.ts';
import { type AcceptDependencies, acceptReminder } from './accept.ts';

export type RemindDependencies = Omit<AcceptDependencies, 'incidents'> & {
  readonly incidents: Pick<IncidentStore & IncidentLists, 'get' | 'change' | 'listToRemind'>;
  readonly onTrouble: (page: string, incident: string, error: unknown) => void;
};

/**
 * Accepts every reminder of planned work that is due as an update of its incident. Each start has one update per
 * reminder, whoever makes it and however often: its id is derived. What an outage has delayed goes out as soon as it is
 * over; of several, the latest; none for work that has moved, begun or been cancelled in the meantime. One incident's
 * trouble does not keep it from the next.
 */
export async function remindAll(deps: RemindDependencies): Promise<{ reminded: number; troubles: number }> {
  const counts = { reminded: 0, troubles: 0 };
  for await (const { page, id } of deps.incidents.listToRemind(deps.clock.now())) {
    try {
      if (await remind(deps, page, id)) counts.reminded++;
    } catch (error) {
      counts.troubles++;
      deps.onTrouble(page, id, error);
    }
  }
  return counts;
}

/** Returns whether a reminder was accepted. Whatever came of it, it is not due any more afterwards. */
async function remind(deps: RemindDependencies, page: string, incidentId: string): Promise<boolean> {
  const incident = await deps.incidents.get(page, incidentId);
  const plan = incident?.plan;
  if (incident === undefined || plan === undefined) return false;
  const now = deps.clock.now();
  const reminder = reminderDue(plan, now);
  if (reminder === undefined) {
    await change(deps, incident, (current) => letGo(current, now));
    return false;
  }
  const acceptance = await acceptReminder(deps, await updateOf(deps, incident, plan, reminder));
  // Placed, it is dealt with already. Not so when its id was taken by somebody else's update.
  await change(deps, incident, (current) => dealtWith(current, reminder));
  return acceptance.kind === 'accepted';
}

function change(
  { incidents }: Pick<RemindDependencies, 'incidents'>,
  seen: Incident,
  step: (plan: Plan) => Plan,
): Promise<Incident> {
  return incidents.change(seen.page, seen.id, (incident = seen) => {
    const plan = incident.plan && step(incident.plan);
    return plan === undefined || plan === incident.plan ? incident : { ...incident, plan };
  });
}

/** It says again what was said last. Of two sweepers that make it at once, the words of the first to store it stand. */
async function updateOf(
  { updates, clock }: Pick<RemindDependencies, 'updates' | 'clock'>,
  { page, id, facts, components }: Incident,
  plan: Plan,
  reminder: Reminder,
): Promise<Update> {
  const said = await updates.get(page, plan.statedBy);
  return {
    page,
    id: reminderId(page, id, plan.startsAt, reminder.minutesBefore),
    incident: facts,
    status: 'scheduled',
    body: said?.update.body ?? '',
    publishedAt: new Date(clock.now()).toISOString(),
    components: components.map((component) => ({ ...component, oldStatus: component.newStatus })),
    notify: true,
    reminder,
  };
}

/** `|` is in none of the parts. 22 characters of base64url are 132 bits of SHA-256. */
function reminderId(page: string, incident: string, startsAt: Instant, minutesBefore: number): string {
  const parts = `${page}|${incident}|${startsAt}|${minutesBefore}`;
  return `reminder-${createHash('sha256').update(parts).digest('base64url').slice(0, 22)}`;
}
