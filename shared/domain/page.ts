import type { UpdateStatus } from './status.ts';

export interface GroupRef {
  readonly id: string;
  readonly name: string;
}

export interface Component {
  readonly id: string;
  readonly name: string;
  readonly group?: GroupRef;
}

/** A status page: what subscribers subscribe to. */
export interface Page {
  readonly id: string;
  readonly name: string;
  /** Public https address of the page, linked from every message. */
  readonly url: string;
  readonly components: readonly Component[];
  /** Statuses that texts tell of besides beginning, reopening and end. Absent: `DEFAULT_MILESTONES`. */
  readonly milestones?: readonly UpdateStatus[];
  /** Minutes before planned work at which to remind. Absent: the default; empty: never. */
  readonly reminders?: readonly number[];
}
