/** The invariants of `docs/architecture.md`, by number; 0 is for what should not happen at all. */
export interface Violation {
  readonly invariant: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
  readonly what: string;
}

/** What one run came to. */
export interface Verdict {
  readonly violations: readonly Violation[];
  /** Deliveries that came to nobody and that no receipt explains. */
  readonly lost: number;
  /** Messages too many, beyond those that a receipt counts as sent again in doubt. */
  readonly toldTwice: number;
  /** Deliveries that ended in doubt, and mails that were sent again while in doubt: as the receipts count them. */
  readonly inDoubt: number;
  readonly sentAgain: number;
  readonly deliveries: number;
}

export const showViolation = ({ invariant, what }: Violation) => `${invariant}: ${what}`;
