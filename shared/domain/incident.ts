import type { Channel } from './channel.ts';
import type { Plan } from './plan.ts';
import type { Impact, UpdateStatus } from './status.ts';
import type { Instant } from './time.ts';
import type { AffectedComponent, IncidentFacts } from './update.ts';

/** Where a component came into an incident, and under which group. */
export interface Touch {
  readonly component: string;
  /** Sequence number of the first update that named the component. */
  readonly since: number;
  readonly group?: string;
}

/** What later updates have to know of one before them. */
export interface Step {
  readonly status: UpdateStatus;
  readonly acceptedAt: Instant;
  /** Whether anybody was to be told of it. */
  readonly tells: boolean;
}

/** An incident as its accepted updates have made it. */
export interface Incident {
  readonly page: string;
  readonly id: string;
  /** The name given by the first update: subjects and titles keep it, so that threads hold together. */
  readonly title: string;
  /** The facts as the newest update states them. */
  readonly facts: IncidentFacts;
  readonly status: UpdateStatus;
  /** Latest known state of every component that any update named, in order of first appearance. */
  readonly components: readonly AffectedComponent[];
  /**
   * Every component that any update named, once. Who was told of its trouble is owed the end of it. A list: a
   * component may be called `constructor`, and no object can be trusted with that as a key, in SDKs neither.
   */
  readonly touched: readonly Touch[];
  /** Update ids in order of acceptance: an update's sequence number is its place, counted from 1. */
  readonly history: readonly string[];
  /**
   * What each update of `history` stated, by place; `maintenance` for all planned work. Absent on incidents that began
   * before filters did: their facts speak for all their updates.
   */
  readonly impacts?: readonly Impact[];
  /**
   * Statuses that are milestones, as the page had them at the first update: fixed, so that no audience changes under way. Absent
   * on incidents that began before milestones did: all their updates are.
   */
  readonly milestones?: readonly UpdateStatus[];
  /** What each update of `history` was, by place. There when `milestones` are. */
  readonly steps?: readonly Step[];
  /** Updates announced, perhaps stored, not yet placed in `history`. */
  readonly arriving: readonly string[];
  /** Updates in `history` that tell people and whose receipts are still open. */
  readonly open: readonly string[];
  /** Absent on incidents that nobody planned. */
  readonly plan?: Plan;
  /** Number of chunks per channel, fixed at the first update so that ranges never move. */
  readonly chunks: Readonly<Record<Channel, number>>;
}

/** The place of an update in its incident, counted from 1, or undefined when it has none yet. */
export function sequenceOf(incident: Incident, update: string): number | undefined {
  const place = incident.history.indexOf(update);
  return place < 0 ? undefined : place + 1;
}
