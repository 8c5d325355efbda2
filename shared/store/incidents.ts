import type { Incident } from '../domain/incident.ts';
import { nextReminderAt } from '../domain/plan.ts';
import type { DocumentClient } from './document-client.ts';
import { type IncidentItem, incidentReader } from './incident-reader.ts';
import { incidentKey, REMIND } from './keys.ts';
import { versionedItems } from './versioned-items.ts';

export type IncidentStore = ReturnType<typeof incidentStore>;

/** Incidents, one item each, changed by pure functions under compare-and-swap. `backOff`: before the next round of a change that lost. */
export function incidentStore(
  client: DocumentClient,
  table: string,
  newId: () => string,
  backOff?: (round: number) => Promise<void>,
) {
  const changeItem = versionedItems<IncidentItem>(client, table, newId, backOff);
  return {
    ...incidentReader(client, table),

    /**
     * Applies `change` to the incident as it is, and again whenever somebody was quicker. Writes nothing when
     * `change` returns what it was given. Returns the incident as it then stands.
     */
    async change(
      page: string,
      id: string,
      change: (incident: Incident | undefined) => Incident,
    ): Promise<Incident> {
      const { incident } = await changeItem(incidentKey(page, id), (found) => {
        const incident = change(found?.incident);
        if (found !== undefined && incident === found.incident) return found;
        return { incident, ...reminderMark(incident), ...listingMark(incident) };
      });
      return incident;
    },
  };
}

/** As new as its newest update. Incidents whose first update has no place yet are not listed. */
function listingMark({ page, steps }: Incident): Pick<IncidentItem, 'listed' | 'listedAt'> {
  const newest = steps?.at(-1);
  return newest === undefined ? {} : { listed: page, listedAt: newest.acceptedAt };
}

/** In the write that changes the plan, so that the index never knows of a reminder that the plan does not. */
function reminderMark({ plan }: Incident): Pick<IncidentItem, 'remind' | 'remindAt'> {
  const remindAt = plan && nextReminderAt(plan);
  return remindAt === undefined ? {} : { remind: REMIND, remindAt };
}
