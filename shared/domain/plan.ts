import type { UpdateStatus } from './status.ts';
import { type Instant, MINUTE } from './time.ts';
import { type AcceptedUpdate, type IncidentFacts, type Reminder, tellsAnybody } from './update.ts';

/**
 * Planned work: when it is to be, how far it has come, and what subscribers have been reminded of. It is part of its
 * incident and changes with it in one write, so a reminder and a new start can never both win.
 */
export interface Plan extends Schedule {
  /** `scheduledFor` as a time. */
  readonly startsAt: Instant;
  readonly phase: Phase;
  /** When the update that set this start was accepted: reminders that were due before it would say nothing new. */
  readonly since: Instant;
  /** Whether anybody was told of the plan: who stays silent about the work reminds nobody of it. */
  readonly announced: boolean;
  /** Minutes before the start, longest first, each once. */
  readonly reminders: readonly number[];
  /** Reminders this many minutes before the start and earlier are dealt with. */
  readonly reminded?: number;
  /** Counts the updates that followed the first, reminders left out: what calendars call SEQUENCE. */
  readonly revision: number;
  /** The newest of them, and when it was accepted. */
  readonly statedBy: string;
  readonly changedAt: Instant;
  /** Updates that moved the work, with what was planned before. */
  readonly moves: readonly Move[];
}

/** When work is planned, as published. */
export interface Schedule {
  readonly scheduledFor: string;
  readonly scheduledUntil?: string;
}

/** `cancelled` is also work that ended before it began and before its start: Statuspage has no other word for it. */
export type Phase = 'planned' | 'begun' | 'over' | 'cancelled';

export interface Move {
  readonly update: string;
  /** What was planned until then. */
  readonly from: Schedule;
}

/** A page that does not say otherwise reminds an hour before the start, as Statuspage does. */
export const DEFAULT_REMINDERS: readonly number[] = [60];

/**
 * The plan with an update placed: undefined for incidents that nobody planned, the same plan when nothing changes.
 *
 * @param pageReminders minutes before the start, for maintenance that has no reminders of its own
 */
export function planWith(
  plan: Plan | undefined,
  facts: IncidentFacts,
  update: AcceptedUpdate,
  pageReminders: readonly number[] = DEFAULT_REMINDERS,
): Plan | undefined {
  if (update.reminder !== undefined) return plan && dealtWith(plan, update.reminder);
  const schedule = scheduleOf(facts);
  if (schedule === undefined) return undefined;
  const startsAt = Date.parse(schedule.scheduledFor);
  const moved = plan !== undefined && !isSameSchedule(plan, schedule);
  const keepsStart = plan?.startsAt === startsAt;
  return {
    ...schedule,
    startsAt,
    phase: isGivenUp(plan, update) ? 'cancelled' : phaseAfter(update.status, plan?.phase),
    since: keepsStart ? plan.since : update.acceptedAt,
    announced: plan?.announced === true || tellsAnybody(update),
    reminders: [...new Set(facts.reminders ?? pageReminders)].sort((a, b) => b - a),
    ...(keepsStart && plan.reminded !== undefined && { reminded: plan.reminded }),
    revision: plan === undefined ? 0 : plan.revision + 1,
    statedBy: update.id,
    changedAt: update.acceptedAt,
    moves: moved
      ? [...plan.moves, { update: update.id, from: scheduleOf(plan) ?? schedule }]
      : (plan?.moves ?? []),
  };
}

/** When the sweeper has to look at this plan next: the first reminder not dealt with. Undefined: never. */
export function nextReminderAt(plan: Plan): Instant | undefined {
  const [next] = remindersLeft(plan);
  return next === undefined ? undefined : dueAt(plan, next);
}

/**
 * The reminder that is due now. After an outage only the latest one of several: it says all that the others would have.
 * None once the start has come, or the work has begun, is over or cancelled.
 */
export function reminderDue(plan: Plan, now: Instant): Reminder | undefined {
  if (now >= plan.startsAt) return undefined;
  const minutesBefore = remindersLeft(plan).findLast((minutes) => dueAt(plan, minutes) <= now);
  return minutesBefore === undefined ? undefined : { scheduledFor: plan.scheduledFor, minutesBefore };
}

/** Whether a reminder still says what is planned, and nobody was reminded since. */
export function isTimely(plan: Plan | undefined, { scheduledFor, minutesBefore }: Reminder): boolean {
  return (
    plan?.phase === 'planned' &&
    plan.startsAt === Date.parse(scheduledFor) &&
    minutesBefore < (plan.reminded ?? Number.POSITIVE_INFINITY)
  );
}

/** The plan once nobody has to be reminded of this start by this reminder or an earlier one. */
export function dealtWith(plan: Plan, reminder: Reminder): Plan {
  return isTimely(plan, reminder) ? { ...plan, reminded: reminder.minutesBefore } : plan;
}

/** The plan once all reminders that were due by now are dealt with, sent or not. */
export function letGo(plan: Plan, now: Instant): Plan {
  const past = remindersLeft(plan).findLast((minutes) => dueAt(plan, minutes) <= now);
  return past === undefined ? plan : { ...plan, reminded: past };
}

/** When a reminder is due. */
export function dueAt({ startsAt }: Pick<Plan, 'startsAt'>, minutesBefore: number): Instant {
  return startsAt - minutesBefore * MINUTE;
}

/** What was planned before this update moved the work, or undefined when it did not, or only said so in hindsight. */
export function movedFrom(plan: Plan | undefined, updateId: string): Schedule | undefined {
  return plan?.moves.find(({ update }) => update === updateId)?.from;
}

/** Minutes before the start, longest first. */
function remindersLeft(plan: Plan): readonly number[] {
  if (plan.phase !== 'planned' || !plan.announced) return [];
  const { reminders, reminded = Number.POSITIVE_INFINITY, since } = plan;
  return reminders.filter((minutes) => minutes < reminded && dueAt(plan, minutes) > since);
}

function scheduleOf({ scheduledFor, scheduledUntil }: Partial<Schedule>): Schedule | undefined {
  return scheduledFor === undefined || Number.isNaN(Date.parse(scheduledFor))
    ? undefined
    : { scheduledFor, ...(scheduledUntil !== undefined && { scheduledUntil }) };
}

/** The same times, however they are written. */
function isSameSchedule(one: Schedule, other: Schedule): boolean {
  const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  return (
    time(one.scheduledFor) === time(other.scheduledFor) &&
    time(one.scheduledUntil) === time(other.scheduledUntil)
  );
}

function isGivenUp(plan: Plan | undefined, { status, acceptedAt }: AcceptedUpdate): boolean {
  const ends = status === 'completed' || status === 'resolved';
  return ends && plan?.phase === 'planned' && acceptedAt < plan.startsAt;
}

function phaseAfter(status: UpdateStatus, before: Phase | undefined): Phase {
  switch (status) {
    case 'scheduled':
      return 'planned';
    case 'in_progress':
    case 'verifying':
    case 'investigating':
    case 'identified':
    case 'monitoring':
      return 'begun';
    case 'completed':
    case 'resolved':
      return 'over';
    case 'cancelled':
      return 'cancelled';
    case 'update':
      return before ?? 'planned';
    case 'postmortem':
      return before ?? 'over';
  }
}
