import type { Incident } from '../domain/incident.ts';
import { nextReminderAt } from '../domain/plan.ts';
import { swap } from './compare-and-swap.ts';
import type { DocumentClient } from './document-client.ts';
import { type IncidentItem, incidentReader, readItem } from './incident-reader.ts';
import { incidentKey, REMIND } from './keys.ts';

/** Rounds of read, change, swap before the caller tries again. Of those who change at once, one wins each round. */
const MAX_ROUNDS = 100;

/** Too many at once. Marked as the SDK marks what passes by itself: whoever tries again later gets through. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
  readonly $retryable = { throttling: true };
}

export type IncidentStore = ReturnType<typeof incidentStore>;

/** Incidents, one item each, changed by pure functions under compare-and-swap. `backOff`: before the next round of a change that lost. */
export function incidentStore(
  client: DocumentClient,
  table: string,
  newId: () => string,
  backOff: (round: number) => Promise<void> = async () => {},
) {
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
      const writer = newId();
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const found = await readItem(client, table, page, id);
        const next = change(found?.incident);
        if (next === found?.incident) return next;
        const version = (found?.version ?? 0) + 1;
        const item: IncidentItem = {
          ...incidentKey(page, id),
          incident: next,
          version,
          writer,
          ...reminderMark(next),
          ...listingMark(next),
        };
        const expected = found ? { version: found.version } : 'absent';
        const won = await swap(
          client,
          table,
          item,
          expected,
          (now: IncidentItem) => now.version === version && now.writer === writer,
        );
        if (won) return next;
        await backOff(round);
      }
      throw new Overtaken(
        `Expected to change incident ${id} within ${MAX_ROUNDS} rounds, got overtaken each time`,
      );
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
