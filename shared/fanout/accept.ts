import type { Channel } from '../domain/channel.ts';
import { type Incident, sequenceOf } from '../domain/incident.ts';
import {
  announce,
  hasRoomFor,
  milestonesFor,
  place,
  planChunks,
  withdraw,
  withGroups,
} from '../domain/placement.ts';
import { type AcceptedUpdate, tellsAnybody, type Update } from '../domain/update.ts';
import type { Clock } from '../runtime/clock.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { PageActivityStore } from '../store/page-activity.ts';
import type { PageStore, PageWithCounts } from '../store/pages.ts';
import type { StoredUpdate, UpdateStore } from '../store/updates.ts';
import { contentDigest } from './content-digest.ts';
import { planDoorbells, type Rates, type Ring } from './plan.ts';

export interface AcceptDependencies {
  readonly pages: Pick<PageStore, 'get'>;
  readonly updates: Pick<UpdateStore, 'get' | 'getMany' | 'putNew' | 'markEnqueued'>;
  readonly incidents: Pick<IncidentStore, 'get' | 'change'>;
  readonly activity: Pick<PageActivityStore, 'note'>;
  readonly doorbells: Doorbells;
  readonly clock: Pick<Clock, 'now'>;
  readonly channels: readonly Channel[];
  readonly rowsPerChunk: Readonly<Record<Channel, number>>;
  readonly rates: Rates;
}

/** Rings doorbells. Returns how many the queue did not take: those are left to the sweeper. */
export interface Doorbells {
  ring(rings: readonly Ring[]): Promise<number>;
}

export type Acceptance =
  | { readonly kind: 'accepted' | 'repeated'; readonly update: AcceptedUpdate; readonly sequence: number }
  | { readonly kind: 'conflict' }
  /** The incident would outgrow its item. Nothing was stored. */
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'unknownPage' };

/** A reminder that the work has moved or begun before: stored, but it has no place, and nobody is told. */
export type Overtaken = { readonly kind: 'overtaken' };

/**
 * Takes an update in. Once this returns `accepted`, everybody whom it concerns will be told: what a crash after
 * the update was stored leaves undone, the sweeper does.
 *
 * The same id with the same content is `repeated` and answered as the first time; with other content it is a
 * `conflict` and changes nothing. What would make its incident too large for the tables is `tooLarge`. Throws only when the tables cannot be reached; the publisher then tries again.
 */
export async function acceptUpdate(deps: AcceptDependencies, published: Update): Promise<Acceptance> {
  const acceptance = await acceptReminder(deps, published);
  if (acceptance.kind === 'overtaken')
    throw new Error(`Expected update ${published.id} to have its place, got none`);
  return acceptance;
}

/** The same for an update that is a reminder: whether it is still one is decided in the write that gives it its place. */
export async function acceptReminder(
  deps: AcceptDependencies,
  published: Update,
): Promise<Acceptance | Overtaken> {
  const [page, known] = await Promise.all([
    deps.pages.get(published.page),
    deps.updates.get(published.page, published.id),
  ]);
  if (page === undefined) return { kind: 'unknownPage' };
  const digest = contentDigest(published);
  if (known !== undefined) return answerAgain(deps, known, published, digest, page);

  const { change } = deps.incidents;
  const { page: pageId, incident: facts } = published;
  const announced = await change(pageId, facts.id, (incident) => announce(incident, published));
  const update: AcceptedUpdate = { ...withGroups(published, page.page), acceptedAt: deps.clock.now() };
  if (!hasRoomFor(announced, update)) {
    await change(pageId, facts.id, (incident = announced) => withdraw(incident, update.id));
    return { kind: 'tooLarge' };
  }
  if (!(await deps.updates.putNew(update, digest))) {
    const winner = await deps.updates.get(published.page, published.id);
    if (winner === undefined) throw new Error(`Expected update ${published.id} to be stored, got nothing`);
    return answerAgain(deps, winner, published, digest, page);
  }
  const incident = await placeArrivals(deps, update, page);
  const sequence = sequenceOf(incident, update.id);
  if (sequence === undefined) return { kind: 'overtaken' };
  // Stored is accepted: doorbells that a queue out of reach does not take are rung by the sweeper.
  await enqueue(deps, update, incident, page).catch(() => undefined);
  return { kind: 'accepted', update, sequence };
}

/**
 * Gives a stored update its place, after all stored updates of its incident that still lack theirs. Repeating it
 * changes nothing. A reminder that was overtaken has none in the incident that is returned.
 */
export async function placeArrivals(
  deps: Pick<AcceptDependencies, 'incidents' | 'activity' | 'channels' | 'rowsPerChunk'> & {
    readonly updates: Pick<UpdateStore, 'getMany'>;
  },
  update: AcceptedUpdate,
  page: PageWithCounts,
): Promise<Incident> {
  const incidentId = update.incident.id;
  // Noted before they have their places: whoever finishes a crashed accept comes through here as well.
  const [found] = await Promise.all([
    deps.incidents.get(update.page, incidentId),
    deps.activity.note(update),
  ]);
  if (found?.history.includes(update.id)) return found;
  const arriving = (found?.arriving ?? []).filter((id) => id !== update.id);
  const stored = await deps.updates.getMany(update.page, arriving);
  for (const { update: arrival } of stored.values()) await deps.activity.note(arrival);
  const fixed = {
    chunks: planChunks(page.counts, deps.rowsPerChunk, deps.channels),
    milestones: milestonesFor(page.page),
    ...(page.page.reminders && { reminders: page.page.reminders }),
  };

  return deps.incidents.change(update.page, incidentId, (incident) => {
    let next = announce(incident, update);
    for (const id of next.arriving) {
      const arrival = id === update.id ? update : stored.get(id)?.update;
      if (arrival === undefined) continue;
      next = arrival.incident.id === incidentId ? place(next, arrival, fixed) : withdraw(next, id);
    }
    return next;
  });
}

/** Rings the doorbells of a placed update, and notes when all of them were taken. */
export async function enqueue(
  deps: Pick<AcceptDependencies, 'doorbells' | 'clock' | 'rates'> & {
    readonly updates: Pick<UpdateStore, 'markEnqueued'>;
  },
  update: AcceptedUpdate,
  incident: Incident,
  page: PageWithCounts,
): Promise<void> {
  if (!tellsAnybody(update)) return;
  const refused = await deps.doorbells.ring(planDoorbells(incident, update.id, page.counts, deps.rates));
  if (refused === 0) await deps.updates.markEnqueued(update.page, update.id, deps.clock.now());
}

async function answerAgain(
  deps: AcceptDependencies,
  known: StoredUpdate,
  published: Update,
  digest: string,
  page: PageWithCounts,
): Promise<Acceptance | Overtaken> {
  // Two sweepers may remind of the same start in other words, when an update came between: the first ones stand.
  const isSameReminder = published.reminder !== undefined && known.update.reminder !== undefined;
  if (known.digest !== digest && !isSameReminder) return { kind: 'conflict' };
  const incident = await placeArrivals(deps, known.update, page);
  const sequence = sequenceOf(incident, known.update.id);
  if (sequence === undefined) return { kind: 'overtaken' };
  // The first acceptance may have ended before its doorbells: why wait for the sweeper?
  if (known.enqueuedAt === undefined && known.closedAt === undefined) {
    await enqueue(deps, known.update, incident, page).catch(() => undefined);
  }
  return { kind: 'repeated', update: known.update, sequence };
}
