import { CHANNELS, type Channel, isReadByPeople } from '../../shared/domain/channel.ts';
import type { Receipt, ReceiptCounts } from '../../shared/domain/receipt.ts';
import type { Update } from '../../shared/domain/update.ts';
import { PAGE, type Person } from '../world/people.ts';
import type { Accepted } from '../world/providers.ts';
import type { World } from '../world/world.ts';
import { type Concern, concernOf, type Published } from './concern.ts';
import { bugs, deadLetters, leaks, leftAlone, orderOf } from './conduct.ts';
import type { Verdict, Violation } from './verdict.ts';

export interface Evidence {
  readonly world: World;
  readonly people: readonly Person[];
  /** What was published, in the order in which it was accepted, if that order is known. */
  readonly published: readonly Update[];
  /** Whether the publisher waited for each answer before the next: then the order of acceptance is theirs. */
  readonly inOrder?: boolean;
  /** Reminders of planned work that the sweeper has to make of its own. */
  readonly reminders?: number;
  /** Violations that were seen while the run went on. */
  readonly seen: readonly Violation[];
}

/** Checks every invariant against a run that has come to rest, from what providers took and from the ledger. */
export async function judge(evidence: Evidence): Promise<Verdict> {
  const { world, people, published, seen } = evidence;
  const { accepted } = world.providers;
  const told = tellings(accepted);
  const incidents = [...new Set(published.map(({ incident }) => incident.id))];
  const parts = await Promise.all(incidents.map((incident) => judgeIncident(evidence, incident, told)));
  const sum = (of: (part: Verdict) => number) => parts.reduce((total, part) => total + of(part), 0);
  const lost = sum((part) => part.lost);
  const violations: Violation[] = [
    ...seen,
    ...parts.flatMap((part) => part.violations),
    ...orderOf(accepted),
    ...leftAlone(accepted, people),
    ...deadLetters(world),
    ...leaks(world),
    ...bugs(world),
  ];
  if (lost > 0)
    violations.push({ invariant: 1, what: `${lost} came to nobody and no receipt explains them` });
  return {
    violations,
    lost,
    toldTwice: sum((part) => part.toldTwice),
    inDoubt: sum((part) => part.inDoubt),
    sentAgain: sum((part) => part.sentAgain),
    deliveries: sum((part) => part.deliveries),
  };
}

async function judgeIncident(
  { world, people, published, inOrder = true, reminders = 0 }: Evidence,
  incidentId: string,
  told: Tellings,
): Promise<Verdict> {
  const violations: Violation[] = [];
  const object = (invariant: Violation['invariant'], what: string) => violations.push({ invariant, what });
  const incident = await world.byHand(({ incidents }) => incidents.get(PAGE, incidentId));
  const updates: Published[] = [];
  const receipts = new Map<string, Receipt>();
  for (const id of incident?.history ?? []) {
    const stored = await world.byHand((stores) => stores.updates.get(PAGE, id));
    if (stored?.receipt === undefined) object(1, `${id} has no closed receipt`);
    else receipts.set(id, stored.receipt);
    if (stored) updates.push(stored.update);
  }
  const expected = published.filter((update) => update.incident.id === incidentId).map(({ id }) => id);
  const placed = updates.filter(({ reminder }) => reminder === undefined).map(({ id }) => id);
  if (inOrder ? placed.join() !== expected.join() : placed.length !== expected.length) {
    object(1, `history is ${placed.join()}, published was ${expected.join()}`);
  }
  for (const [index, { id, acceptedAt }] of updates.entries()) {
    const next = updates[index + 1];
    // As long as an acceptance runs, which of two is first is open: who was answered comes before all that are stored later.
    if (next && acceptedAt > (world.answered.get(next.id) ?? Number.POSITIVE_INFINITY))
      object(3, `${next.id} has its place after ${id}`);
  }
  const made = updates.length - placed.length;
  if (made !== (updates.some(({ incident: { scheduledFor } }) => scheduledFor) ? reminders : 0))
    object(2, `${made} reminders were made, expected ${reminders}`);

  let lost = 0;
  let toldTwice = 0;
  let inDoubt = 0;
  let sentAgain = 0;
  for (const [index, { id, notify }] of updates.entries()) {
    const receipt = receipts.get(id);
    if (receipt === undefined) continue;
    if (!receipt.complete || receipt.retrying > 0) object(1, `${id} was closed with deliveries open`);
    for (const counts of [receipt, ...Object.values(receipt.channels)]) {
      if (!addsUp(counts)) object(6, `${id}: ${JSON.stringify(counts)} does not add up`);
    }
    inDoubt += receipt.inDoubt;
    sentAgain += receipt.resent;
    for (const channel of CHANNELS) {
      const counts = receipt.channels[channel];
      const concerned = people
        .filter((person) => person.channel === channel)
        .map((person) => ({ person, concern: notify ? concernOf(person, updates, index) : 'no' }) as const);
      const found = compare(id, channel, counts, concerned, told);
      violations.push(...found.violations);
      toldTwice += found.toldTwice;
    }
  }
  for (const channel of CHANNELS) lost += unexplained(channel, updates, people, told, receipts, object);
  const deliveries = [...receipts.values()].reduce((total, { matched }) => total + matched, 0);
  return { violations, lost, toldTwice, inDoubt, sentAgain, deliveries };
}

type Tellings = ReturnType<typeof tellings>;

/** How often each person was told of each update. */
function tellings(accepted: readonly Accepted[]) {
  const times = new Map<string, number>();
  const ids = new Map<string, Set<string>>();
  for (const { channel, h, update, id } of accepted) {
    const key = `${update}|${channel}|${h}`;
    times.set(key, (times.get(key) ?? 0) + 1);
    ids.set(key, (ids.get(key) ?? new Set()).add(id));
  }
  return {
    times: (update: string, { channel, h }: Pick<Person, 'channel' | 'h'>) =>
      times.get(`${update}|${channel}|${h}`) ?? 0,
    ids: (update: string, { channel, h }: Pick<Person, 'channel' | 'h'>) =>
      ids.get(`${update}|${channel}|${h}`)?.size ?? 0,
  };
}

/** One update on one channel: who was told against who was to be, and how often, and what the receipt makes of it. */
function compare(
  update: string,
  channel: Channel,
  counts: ReceiptCounts,
  concerned: readonly { readonly person: Person; readonly concern: Concern }[],
  told: Tellings,
) {
  const violations: Violation[] = [];
  const where = `${update} on ${channel}`;
  const must = concerned.filter(({ concern }) => concern === 'yes').length;
  const may = concerned.filter(({ concern }) => concern !== 'no').length;
  if (counts.matched < must || counts.matched > may) {
    violations.push({
      invariant: 1,
      what: `${where}: matched ${counts.matched}, expected ${must} to ${may}`,
    });
  }
  let reached = 0;
  let repeats = 0;
  let toldTwice = 0;
  for (const { person, concern } of concerned) {
    const times = told.times(update, person);
    if (times > 0) reached++;
    if (times > 0 && concern === 'no') {
      violations.push({ invariant: 5, what: `${where}: ${person.h} was told and is not concerned` });
    }
    if (channel === 'webhook') {
      if (told.ids(update, person) > 1) {
        toldTwice++;
        violations.push({ invariant: 2, what: `${where}: ${person.h} got several webhook-ids` });
      }
      continue;
    }
    const most = channel === 'email' ? 2 : 1;
    repeats += Math.max(0, times - 1);
    if (times > most) {
      toldTwice += times - most;
      violations.push({ invariant: 2, what: `${where}: ${person.h} was told ${times} times` });
    }
  }
  if (channel === 'email' && repeats > counts.resent) {
    toldTwice += repeats - counts.resent;
    violations.push({ invariant: 2, what: `${where}: ${repeats} told twice, ${counts.resent} counted` });
  }
  const most = channel === 'email' ? counts.told + counts.inDoubt : counts.told;
  const failedButHeard = channel === 'webhook' ? counts.failed + counts.suppressed : 0;
  // Who wants something else by the time that a window is found abandoned is not looked for there.
  const changed = concerned.filter(
    ({ person, concern }) => concern === 'maybe' && person.wishes.length > 1,
  ).length;
  if (reached < counts.told || reached > most + failedButHeard + changed) {
    violations.push({
      invariant: 1,
      what: `${where}: ${reached} were told, the receipt says ${JSON.stringify(counts)}`,
    });
  }
  if (channel !== 'email' && counts.inDoubt > 0) {
    violations.push({ invariant: 1, what: `${where}: ${counts.inDoubt} ended in doubt` });
  }
  return { violations, toldTwice };
}

/**
 * Deliveries to people who were to be told and were not, beyond what receipts say. On channels that people read, an update is
 * made good by a newer one; what is missing at the end must be counted as failed, suppressed or in doubt.
 */
function unexplained(
  channel: Channel,
  updates: readonly Published[],
  people: readonly Person[],
  told: Tellings,
  receipts: ReadonlyMap<string, Receipt>,
  object: (invariant: Violation['invariant'], what: string) => void,
): number {
  let lost = 0;
  for (const [index, update] of updates.entries()) {
    if (!update.notify) continue;
    const counts = receipts.get(update.id)?.channels[channel];
    const later = isReadByPeople(channel) ? updates.slice(index) : [update];
    const missing = people.filter(
      (person) =>
        person.channel === channel &&
        concernOf(person, updates, index) === 'yes' &&
        !later.some(({ id }) => told.times(id, person) > 0),
    ).length;
    const laterInDoubt = later.reduce(
      (sum, { id }) => sum + endedUntold(receipts.get(id)?.channels[channel]),
      0,
    );
    if (missing <= laterInDoubt) continue;
    lost += missing - laterInDoubt;
    const isLast = index === updates.length - 1;
    object(
      isLast ? 4 : 1,
      `${update.id} on ${channel}: ${missing} heard nothing of it, ${JSON.stringify(counts)}`,
    );
  }
  return lost;
}

const endedUntold = (counts: ReceiptCounts | undefined) =>
  counts === undefined ? 0 : counts.failed + counts.suppressed + counts.inDoubt;

function addsUp({
  matched,
  told,
  failed,
  retrying,
  superseded,
  suppressed,
  inDoubt,
}: ReceiptCounts): boolean {
  return matched === told + failed + retrying + superseded + suppressed + inDoubt;
}
