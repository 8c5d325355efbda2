import type { GroupRef } from './page.ts';
import type { ComponentStatus, Impact, UpdateStatus } from './status.ts';
import type { Instant } from './time.ts';

export interface AffectedComponent {
  readonly id: string;
  readonly name: string;
  readonly group?: GroupRef;
  readonly oldStatus?: ComponentStatus;
  readonly newStatus: ComponentStatus;
}

/** What an update says of the incident that it belongs to. Times are RFC 3339 strings as published. */
export interface IncidentFacts {
  readonly id: string;
  readonly name: string;
  readonly impact: Impact;
  readonly url?: string;
  readonly startedAt?: string;
  readonly scheduledFor?: string;
  readonly scheduledUntil?: string;
  /** Minutes before the start to remind at, in place of the page's. Empty: no reminder. */
  readonly reminders?: readonly number[];
  readonly backfilled?: boolean;
}

/** Which reminder of planned work an update is: its start, as published, and how long before it. */
export interface Reminder {
  readonly scheduledFor: string;
  readonly minutesBefore: number;
}

/** One published step of an incident, as its publisher wrote it. */
export interface Update {
  readonly page: string;
  readonly id: string;
  readonly incident: IncidentFacts;
  readonly status: UpdateStatus;
  readonly body: string;
  readonly publishedAt: string;
  readonly components: readonly AffectedComponent[];
  /** False: stored and shown, nobody is told. */
  readonly notify: boolean;
  /** Ours, not the publisher's: the sweeper reminds of planned work. */
  readonly reminder?: Reminder;
}

/** An update that was stored: from here on its subscribers are owed an answer. */
export interface AcceptedUpdate extends Update {
  readonly acceptedAt: Instant;
}

/** An accepted update with its place among the updates of its incident, counted from 1. */
export interface PlacedUpdate extends AcceptedUpdate {
  readonly sequence: number;
}

/** Whether anybody is to be told of this update: not when its publisher said so, nor for history filled in later. */
export function tellsAnybody(update: Update): boolean {
  return update.notify && update.incident.backfilled !== true;
}
