import pMap from 'p-map';
import { CHANNELS, type Channel } from '../domain/channel.ts';
import { sequenceOf } from '../domain/incident.ts';
import { close } from '../domain/placement.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Instant } from '../domain/time.ts';
import { tellsAnybody } from '../domain/update.ts';
import type { ExceptionStore } from '../store/exceptions.ts';
import type { IncidentLists } from '../store/incident-lists.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { StoredUpdate, UpdateStore } from '../store/updates.ts';
import { type AcceptDependencies, enqueue, placeArrivals } from './accept.ts';
import { type GateDependencies, type Gates, readGates } from './gates.ts';
import { addUp, NOBODY, type ReceiptDependencies, readEntries } from './read-receipt.ts';
import { remindAll } from './remind.ts';
import { ringDue } from './ring-due.ts';
import { ringStalled } from './ring-stalled.ts';

export type SweepDependencies = Omit<AcceptDependencies, 'updates' | 'incidents'> &
  ReceiptDependencies &
  GateDependencies & {
    readonly updates: Pick<UpdateStore, 'get' | 'getMany' | 'putNew' | 'markEnqueued' | 'close' | 'listOpen'>;
    readonly incidents: Pick<IncidentStore & IncidentLists, 'get' | 'change' | 'listToRemind'>;
    readonly ledger: Pick<LedgerStore, 'readAll'>;
    readonly exceptions: Pick<ExceptionStore, 'readAll' | 'listDue'>;
    readonly onClosed: (update: StoredUpdate['update'], receipt: Receipt, at: Instant) => void;
    /** `what` names an update, or the incident of a reminder. */
    readonly onTrouble: (page: string, what: string, error: unknown) => void;
  };

export interface Swept {
  readonly open: number;
  /** Doorbells of chunks that should have moved. */
  readonly rung: number;
  /** Doorbells of deliveries that were due. */
  readonly dueRung: number;
  readonly closed: number;
  /** Updates whose acceptance a crash had left half done. */
  readonly finished: number;
  /** Reminders of planned work that were due. */
  readonly reminded: number;
  readonly troubles: number;
  /** Channels whose provider takes nothing just now. */
  readonly paused: readonly Channel[];
}

/** Updates looked at side by side. Retries keep an update open for days, so there may be hundreds, and each waits for its reads. */
const AT_ONCE = 16;

/**
 * The safety net, each minute: accepts the reminders that are due as updates, rings deliveries that are due, finishes accepts
 * that a crash left half done, rings chunks that should have moved, closes receipts. Everything it does is conditional or a doorbell,
 * so two sweeps at once, or a late one, change nothing. One update's trouble does not keep it from the next.
 */
export async function sweep(deps: SweepDependencies): Promise<Swept> {
  const { reminded, troubles } = await remindAll(deps);
  const counts = { open: 0, rung: 0, closed: 0, finished: 0, reminded, troubles };
  const gates = await readGates(deps, deps.clock.now());
  const dueRung = await ringDue(deps, gates);
  async function sweepOne({ page, id }: { page: string; id: string }): Promise<void> {
    counts.open++;
    try {
      const swept = await sweepUpdate(deps, page, id, gates);
      if (swept === undefined) return;
      counts.rung += swept.rung;
      counts.closed += swept.closed ? 1 : 0;
      counts.finished += swept.finished ? 1 : 0;
    } catch (error) {
      counts.troubles++;
      deps.onTrouble(page, id, error);
    }
  }
  await pMap(deps.updates.listOpen(), sweepOne, { concurrency: AT_ONCE });
  const paused = CHANNELS.filter((channel) => gates[channel].paused);
  return { ...counts, paused, dueRung };
}

async function sweepUpdate(
  deps: SweepDependencies,
  pageId: string,
  id: string,
  gates: Gates,
): Promise<{ rung: number; closed: boolean; finished: boolean } | undefined> {
  const [page, stored] = await Promise.all([deps.pages.get(pageId), deps.updates.get(pageId, id)]);
  if (page === undefined || stored === undefined || stored.closedAt !== undefined) return undefined;
  const { update } = stored;
  const incident = await placeArrivals(deps, update, page);
  if (sequenceOf(incident, id) === undefined) {
    // A reminder that the work has moved or begun before.
    await deps.updates.close(pageId, id, NOBODY, deps.clock.now());
    return { rung: 0, closed: true, finished: false };
  }
  const finished = tellsAnybody(update) && stored.enqueuedAt === undefined;
  if (finished) await enqueue(deps, update, incident, page);

  const entries = await readEntries(deps, incident, update);
  const receipt = await addUp(deps, incident, update, entries);
  if (receipt.complete) {
    const now = deps.clock.now();
    // The receipt last: once it is closed, nobody comes by here again.
    await deps.incidents.change(pageId, incident.id, (current) => close(current ?? incident, id));
    await deps.updates.close(pageId, id, receipt, now);
    deps.onClosed(update, receipt, now);
    return { rung: 0, closed: true, finished };
  }
  const rung = finished ? 0 : await ringStalled(deps, incident, stored, page.counts, entries, gates);
  return { rung, closed: false, finished };
}
