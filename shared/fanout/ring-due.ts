import { chunkOf } from '../domain/hash-range.ts';
import type { Incident } from '../domain/incident.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ExceptionStore } from '../store/exceptions.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { UpdateStore } from '../store/updates.ts';
import type { Doorbells } from './accept.ts';
import type { Gates } from './gates.ts';
import { ON_ITS_WAY, type Ring } from './plan.ts';

export interface RingDueDependencies {
  readonly exceptions: Pick<ExceptionStore, 'listDue'>;
  readonly updates: Pick<UpdateStore, 'get'>;
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly doorbells: Doorbells;
  readonly clock: Pick<Clock, 'now'>;
}

/** Doorbells of due deliveries in one sweep: retries must not crowd out fresh updates. */
const MOST_DUE = 5_000;

/**
 * Rings the chunks that hold deliveries which have been due for a while: their own doorbells were lost or too far off. Returns how many
 * the queues took.
 */
export async function ringDue(deps: RingDueDependencies, gates: Gates): Promise<number> {
  const now = deps.clock.now();
  const incidents = new Map<string, Promise<Incident | undefined>>();
  const rings = new Map<string, Ring>();
  for await (const { page, update, channel, h } of deps.exceptions.listDue(now - ON_ITS_WAY)) {
    const name = `${page}#${update}`;
    // An update that cannot be read is rung for next time; the sweep meets it as well, and says so.
    const reading = incidents.get(name) ?? incidentOf(deps, page, update).catch(() => undefined);
    incidents.set(name, reading);
    const incident = await reading;
    const of = incident?.chunks[channel] ?? 0;
    if (incident === undefined || of === 0) continue;
    const chunk = chunkOf(h, of);
    const key = `${name}#${channel}#${chunk}`;
    if (rings.has(key) || !gates[channel].open()) continue;
    rings.set(key, { doorbell: { page, incident: incident.id, update, channel, chunk, of }, delayMs: 0 });
    if (rings.size >= MOST_DUE) break;
  }
  return rings.size - (await deps.doorbells.ring([...rings.values()]));
}

/** The incident of an update whose receipt is open. */
async function incidentOf(
  { updates, incidents }: RingDueDependencies,
  page: string,
  id: string,
): Promise<Incident | undefined> {
  const stored = await updates.get(page, id);
  if (stored === undefined || stored.closedAt !== undefined) return undefined;
  return incidents.get(page, stored.update.incident.id);
}
