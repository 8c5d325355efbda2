import { type Channel, isReadByPeople } from '../../domain/channel.ts';
import { type ChunkEntry, chunkState } from '../../domain/chunk.ts';
import type { Doorbell } from '../../domain/doorbell.ts';
import { isOldNews, toldNobody } from '../../domain/expiry.ts';
import { sequenceOf } from '../../domain/incident.ts';
import { comeBackAfter } from '../../domain/pace.ts';
import { type Instant, MINUTE, type Millis, SECOND, sooner } from '../../domain/time.ts';
import type { PlacedUpdate } from '../../domain/update.ts';
import { turnOf } from '../plan.ts';
import type { Briefing } from './briefing.ts';
import { type ChunkJob, chunkRef } from './job.ts';
import type { Pacer } from './pacer.ts';
import { type RetryDependencies, retryDue } from './retry-due.ts';
import { type WorkDependencies, type Worked, workChunk } from './work-chunk.ts';

export type AnswerDependencies = WorkDependencies &
  RetryDependencies & {
    readonly newId: () => string;
    readonly brief: (page: string, incident: string) => Promise<Briefing | undefined>;
    readonly leaseMs: Millis;
    readonly pacer: Pick<Pacer, 'rate'>;
    /** Age from which an update that nobody was told of yet gives way to a newer one. */
    readonly supersedeAfterMs: Millis;
  };

export type Answer =
  /** Nothing more to do for this doorbell. `finished`: this answer told the last of the chunk. */
  | { readonly kind: 'acknowledge'; readonly entry?: ChunkEntry; readonly finished?: true }
  /** Ring it again after this long. */
  | {
      readonly kind: 'ringAgain';
      readonly afterMs: Millis;
      readonly entry?: ChunkEntry;
      readonly finished?: true;
      /** Nothing was told, because others have the rate. */
      readonly crowdedOut?: true;
    }
  /** It names something that does not exist. */
  | { readonly kind: 'poison'; readonly reason: string };

export const SUPERSEDE_AFTER: Millis = MINUTE;

/** How long a doorbell waits for an earlier update that somebody else is telling. */
const FOR_EARLIER: Millis = 2 * SECOND;
const LONGEST_FOR_EARLIER: Millis = 10 * SECOND;

/** The longest wait that is rung for; what is due later is the sweeper's. */
const LONGEST_RING: Millis = 15 * MINUTE;

/**
 * Answers one doorbell: does what is due in its chunk, in the order that the incident's history gives. Earlier
 * updates whose chunk is free come first; one that somebody is telling is waited for; a stale one gives way to
 * the newest. Never an older one after a newer one. `ahead`: nobody rang, but the rate has room.
 */
export async function answerDoorbell(
  deps: AnswerDependencies,
  doorbell: Doorbell,
  deadline: Instant,
  ahead = false,
): Promise<Answer> {
  const briefing = await deps.brief(doorbell.page, doorbell.incident);
  if (briefing === undefined) return { kind: 'poison', reason: 'Expected a known page and incident' };
  const { incident } = briefing;
  if (sequenceOf(incident, doorbell.update) === undefined) {
    return { kind: 'poison', reason: 'Expected an update with a place in its incident' };
  }
  if (incident.chunks[doorbell.channel] !== doorbell.of || doorbell.chunk >= doorbell.of) {
    return { kind: 'poison', reason: `Expected ${incident.chunks[doorbell.channel]} chunks on this channel` };
  }
  const own = await briefing.update(doorbell.update);
  if (own === undefined || !incident.open.includes(own.id)) return { kind: 'acknowledge' };

  const { channel, chunk, of } = doorbell;
  const target = await chooseTarget(deps, briefing, own, channel);
  const before = await openBefore(briefing, target);
  const rows = briefing.counts[channel] ?? 0;
  const shared = {
    page: briefing.page,
    ahead,
    dueAt: target.acceptedAt + turnOf(chunk, of, rows, deps.pacer.rate()),
    incident,
    channel,
    chunk,
    of,
    deadline,
    hold: { owner: deps.newId(), leaseMs: deps.leaseMs, endsAt: deadline },
  };
  const entries = await deps.ledger.readMany([...before, target].map((update) => chunkRef(shared, update)));
  const ownEntry = entries.get(own.id);
  const expired = await isTooLate(deps, briefing, target, shared);
  if (ownEntry?.done) {
    return retry(deps, { ...shared, update: own, earlier: [], expired: expired && own === target }, ownEntry);
  }

  const earlier: PlacedUpdate[] = [];
  for (const update of before) {
    let entry = entries.get(update.id);
    const now = deps.clock.now();
    const state = chunkState(entry, now);
    if (state === 'claimed') return { kind: 'ringAgain', afterMs: waitFor(entry, now) };
    if (state !== 'done') {
      const supersededBy = isStale(deps, update, channel) ? { supersededBy: target } : {};
      const job = { ...shared, update, earlier: [...earlier], ...supersededBy };
      const worked = await workChunk(deps, job, entry);
      if (worked.kind !== 'done') return ringAgain(deps, worked, job);
      entry = worked.entry;
    }
    if (isReadByPeople(channel) && entry !== undefined && entry.counts.exceptions > 0) earlier.push(update);
  }

  const job = { ...shared, update: target, earlier, expired };
  const worked = await workChunk(deps, job, entries.get(target.id));
  if (worked.kind === 'busy') return { kind: 'acknowledge' };
  if (worked.kind === 'again') return ringAgain(deps, worked, job);
  const answer = await retry(deps, job, worked.entry, worked.nextAt);
  return { ...answer, finished: true };
}

/** Whether the end of the incident is old news for everybody in the chunk: it came too late, and they were told nothing before. */
async function isTooLate(
  { ledger, clock }: AnswerDependencies,
  { incident }: Briefing,
  target: PlacedUpdate,
  chunk: Parameters<typeof chunkRef>[0],
): Promise<boolean> {
  const isNewest = incident.history.at(-1) === target.id;
  if (!isNewest || !isOldNews(target, chunk.channel, clock.now())) return false;
  const earlier = incident.history
    .slice(0, target.sequence - 1)
    .filter((_, index) => incident.steps?.[index]?.tells !== false);
  const entries = await ledger.readMany(earlier.map((update) => ({ ...chunkRef(chunk, target), update })));
  return earlier.every((update) => toldNobody(entries.get(update), incident.open.includes(update)));
}

/** Makes the attempts that are due in a finished chunk, and says when the next are. */
async function retry(
  deps: AnswerDependencies,
  job: ChunkJob,
  entry: ChunkEntry,
  firstDueAt?: Instant,
): Promise<Exclude<Answer, { kind: 'poison' }>> {
  if (entry.counts.exceptions === 0) return { kind: 'acknowledge', entry };
  const nextAt = sooner(firstDueAt, await retryDue(deps, job));
  const afterMs = nextAt === undefined ? undefined : Math.max(0, nextAt - deps.clock.now());
  if (afterMs === undefined || afterMs > LONGEST_RING) return { kind: 'acknowledge', entry };
  return { kind: 'ringAgain', afterMs, entry };
}

/** Earlier updates of the incident, oldest first, whose receipts are open. */
async function openBefore({ incident, update }: Briefing, target: PlacedUpdate): Promise<PlacedUpdate[]> {
  const ids = incident.history.slice(0, target.sequence - 1).filter((id) => incident.open.includes(id));
  return (await Promise.all(ids.map(update))).filter((found) => found !== undefined);
}

/** The update to work for: a stale one's doorbell works for the newest, which tells its recipients all of it. */
async function chooseTarget(
  deps: AnswerDependencies,
  { incident, update }: Briefing,
  own: PlacedUpdate,
  channel: Channel,
): Promise<PlacedUpdate> {
  const newestId = incident.history.findLast((id) => incident.open.includes(id));
  if (newestId === undefined || newestId === own.id || !isStale(deps, own, channel)) return own;
  return (await update(newestId)) ?? own;
}

function isStale(deps: AnswerDependencies, update: PlacedUpdate, channel: Channel): boolean {
  return isReadByPeople(channel) && deps.clock.now() - update.acceptedAt > deps.supersedeAfterMs;
}

/**
 * As long again as the window has taken so far: soon while the chunk moves, seldom when its owner may be dead, since
 * each repeated message that waits rings once more.
 */
function waitFor(entry: ChunkEntry | undefined, now: Instant): Millis {
  const taken = now - (entry?.claimedAt ?? now);
  return Math.min(LONGEST_FOR_EARLIER, Math.max(FOR_EARLIER, taken));
}

/** What is not finished comes back: after its own wait, at its turn, or when whoever holds it should be through. */
function ringAgain(
  { clock }: AnswerDependencies,
  worked: Exclude<Worked, { kind: 'done' }>,
  { dueAt }: ChunkJob,
): Answer {
  if (worked.kind === 'busy') return { kind: 'ringAgain', afterMs: FOR_EARLIER };
  const { afterMs, begun, crowded } = worked;
  if (!crowded) return { kind: 'ringAgain', afterMs };
  const turn = { dueAt, now: clock.now(), random: clock.random() };
  return { kind: 'ringAgain', afterMs: comeBackAfter(afterMs, turn), ...(!begun && { crowdedOut: true }) };
}
