import pMap from 'p-map';
import { CHANNELS, type Channel } from '../domain/channel.ts';
import { type ChunkEntry, chunkState } from '../domain/chunk.ts';
import { chunkOf } from '../domain/hash-range.ts';
import { type Incident, sequenceOf } from '../domain/incident.ts';
import { close } from '../domain/placement.ts';
import type { Receipt } from '../domain/receipt.ts';
import { type Instant, type Millis, SECOND } from '../domain/time.ts';
import { tellsAnybody } from '../domain/update.ts';
import type { ExceptionStore } from '../store/exceptions.ts';
import type { IncidentLists } from '../store/incident-lists.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { PageWithCounts } from '../store/pages.ts';
import type { StoredUpdate, UpdateStore } from '../store/updates.ts';
import { type AcceptDependencies, enqueue, placeArrivals } from './accept.ts';
import { type GateDependencies, type Gates, readGates } from './gates.ts';
import { type Ring, turnOf } from './plan.ts';
import { NOBODY, type ReceiptDependencies, readReceipt } from './read-receipt.ts';
import { remindAll } from './remind.ts';

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

const FEW = 2;
const SWEEP_SECONDS = 60;

/** What was rung for a moment ago is still on its way. */
const ON_ITS_WAY: Millis = 5 * SECOND;

/** Doorbells of due deliveries in one sweep: retries must not crowd out fresh updates. */
const MOST_DUE = 5_000;

/**
 * The safety net, each minute: accepts the reminders that are due as updates, finishes accepts that a crash left half done, rings
 * chunks that should have moved, rings deliveries that are due, closes receipts. Everything it does is conditional or a doorbell,
 * so two sweeps at once, or a late one, change nothing. One update's trouble does not keep it from the next.
 */
export async function sweep(deps: SweepDependencies): Promise<Swept> {
  const { reminded, troubles } = await remindAll(deps);
  const counts = { open: 0, rung: 0, closed: 0, finished: 0, reminded, troubles };
  const gates = await readGates(deps, deps.clock.now());
  const seen = new Map<string, { incident: Incident; stored: StoredUpdate }>();
  async function sweepOne({ page, id }: { page: string; id: string }): Promise<void> {
    counts.open++;
    try {
      const swept = await sweepUpdate(deps, page, id, gates);
      if (swept === undefined) return;
      counts.rung += swept.rung;
      counts.closed += swept.closed ? 1 : 0;
      counts.finished += swept.finished ? 1 : 0;
      if (!swept.closed) seen.set(`${page}#${id}`, swept);
    } catch (error) {
      counts.troubles++;
      deps.onTrouble(page, id, error);
    }
  }
  await pMap(deps.updates.listOpen(), sweepOne, { concurrency: AT_ONCE });
  const paused = CHANNELS.filter((channel) => gates[channel].paused);
  return { ...counts, paused, dueRung: await ringDue(deps, seen, gates) };
}

async function sweepUpdate(
  deps: SweepDependencies,
  pageId: string,
  id: string,
  gates: Gates,
): Promise<
  { incident: Incident; stored: StoredUpdate; rung: number; closed: boolean; finished: boolean } | undefined
> {
  const [page, stored] = await Promise.all([deps.pages.get(pageId), deps.updates.get(pageId, id)]);
  if (page === undefined || stored === undefined || stored.closedAt !== undefined) return undefined;
  const { update } = stored;
  const incident = await placeArrivals(deps, update, page);
  if (sequenceOf(incident, id) === undefined) {
    // A reminder that the work has moved or begun before.
    await deps.updates.close(pageId, id, NOBODY, deps.clock.now());
    return { incident, stored, rung: 0, closed: true, finished: false };
  }
  const finished = tellsAnybody(update) && stored.enqueuedAt === undefined;
  if (finished) await enqueue(deps, update, incident, page);

  const receipt = await readReceipt(deps, incident, stored);
  if (receipt.complete) {
    const now = deps.clock.now();
    // The receipt last: once it is closed, nobody comes by here again.
    await deps.incidents.change(pageId, incident.id, (current) => close(current ?? incident, id));
    await deps.updates.close(pageId, id, receipt, now);
    deps.onClosed(update, receipt, now);
    return { incident, stored, rung: 0, closed: true, finished };
  }
  const rung = finished ? 0 : await ringStalled(deps, incident, stored, page, gates);
  return { incident, stored, rung, closed: false, finished };
}

/** Rings the chunks of one update that are free and should have moved. */
async function ringStalled(
  deps: SweepDependencies,
  incident: Incident,
  { update, enqueuedAt = update.acceptedAt }: StoredUpdate,
  page: PageWithCounts,
  gates: Gates,
): Promise<number> {
  const now = deps.clock.now();
  const rings: Ring[] = [];
  for (const channel of CHANNELS) {
    const of = incident.chunks[channel];
    if (of === 0) continue;
    const entries = await deps.ledger.readAll(update.page, update.id, channel, of);
    const rows = page.counts[channel] ?? 0;
    const { rate, open } = gates[channel];
    let left = mostStalled(rate, rows / of);
    for (let chunk = 0; chunk < of && left > 0; chunk++) {
      const startsAt = enqueuedAt + turnOf(chunk, of, rows, rate);
      if (!shouldHaveMoved(entries.get(chunk), startsAt, now) || !open()) continue;
      left--;
      const { page: pageId, id: updateId } = update;
      rings.push({
        doorbell: { page: pageId, incident: incident.id, update: updateId, channel, chunk, of },
        delayMs: 0,
      });
    }
  }
  return rings.length - (await deps.doorbells.ring(rings));
}

/**
 * Chunks that are rung for one update and channel in one sweep: what the rate can do until the next, and a few. Behind them a long
 * backlog waits for its turn, and more doorbells would not bring that forward. The first in line come first.
 */
function mostStalled(rate: number | undefined, rowsPerChunk: number): number {
  if (rate === undefined) return Number.POSITIVE_INFINITY;
  return FEW + Math.ceil((rate * SWEEP_SECONDS) / Math.max(1, rowsPerChunk));
}

function shouldHaveMoved(entry: ChunkEntry | undefined, startsAt: Instant, now: Instant): boolean {
  switch (chunkState(entry, now)) {
    case 'absent':
      return now > startsAt + ON_ITS_WAY;
    case 'resting':
    case 'abandoned':
      return now > (entry?.leaseUntil ?? 0) + ON_ITS_WAY;
    case 'claimed':
    case 'done':
      return false;
  }
}

/** Rings the chunks that hold deliveries which have been due for a while: their own doorbells were lost or too far off. */
async function ringDue(
  deps: SweepDependencies,
  open: ReadonlyMap<string, { incident: Incident }>,
  gates: Gates,
): Promise<number> {
  const now = deps.clock.now();
  const rings = new Map<string, Ring>();
  for await (const { page, update, channel, h } of deps.exceptions.listDue(now - ON_ITS_WAY)) {
    const incident = open.get(`${page}#${update}`)?.incident;
    const of = incident?.chunks[channel] ?? 0;
    if (incident === undefined || of === 0) continue;
    const chunk = chunkOf(h, of);
    const key = `${page}#${update}#${channel}#${chunk}`;
    if (rings.has(key) || !gates[channel].open()) continue;
    rings.set(key, { doorbell: { page, incident: incident.id, update, channel, chunk, of }, delayMs: 0 });
    if (rings.size >= MOST_DUE) break;
  }
  return rings.size - (await deps.doorbells.ring([...rings.values()]));
}
