import { showViolation, type Verdict } from '../oracles/verdict.ts';

/** What a command line asks of an experiment. */
export interface Settings {
  readonly seed: number;
  /** A fraction of the work, for the short version: 1 for all of it. */
  readonly scale: number;
  readonly progress: (done: number, of: number) => void;
  /** Says a line while an experiment runs. */
  readonly say: (line: string) => void;
  /** Whether to stop at the first thing that is found, by throwing `FoundFirst`. */
  readonly first: boolean;
  /** Flags of the one experiment, such as `--point`. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface Failure {
  /** How to see it again. */
  readonly replay: string;
  readonly violations: readonly string[];
}

/** What an experiment came to. The names are those of `--json`. */
export interface Findings {
  readonly runs: number;
  readonly violations: number;
  readonly lost: number;
  readonly toldTwice: number;
  /** Deliveries that ended in doubt. */
  readonly inDoubt: number;
  /** Mails that were sent again while in doubt. */
  readonly sentAgain: number;
  readonly failures: readonly Failure[];
  /** Figures of this experiment alone, for the table. */
  readonly facts: Readonly<Record<string, number | string>>;
}

export interface Experiment {
  readonly name: string;
  /** One line for `--help` and the table. */
  readonly proves: string;
  /** Run when it is named only: it would take longer than all the others. */
  readonly onRequest?: true;
  run(settings: Settings): Promise<Findings>;
}

/** What stops an experiment that was to stop at the first thing found. */
export class FoundFirst extends Error {
  override readonly name = 'FoundFirst';
  constructor({ replay, violations }: Failure) {
    super([replay, ...violations].join('\n'));
  }
}

/** Adds verdicts up, and keeps those that found something. */
export function createTally({ first }: Pick<Settings, 'first'>) {
  let runs = 0;
  let violations = 0;
  let lost = 0;
  let toldTwice = 0;
  let inDoubt = 0;
  let sentAgain = 0;
  let deliveries = 0;
  const failures: Failure[] = [];

  function fail(failure: Failure): void {
    failures.push(failure);
    if (first) throw new FoundFirst(failure);
  }

  return {
    add(verdict: Verdict, replay: string): void {
      runs++;
      violations += verdict.violations.length;
      lost += verdict.lost;
      toldTwice += verdict.toldTwice;
      inDoubt += verdict.inDoubt;
      sentAgain += verdict.sentAgain;
      deliveries += verdict.deliveries;
      if (verdict.violations.length > 0) {
        fail({ replay, violations: verdict.violations.map(showViolation) });
      }
    },
    /** A run that broke off: it proves nothing, and is a failure. */
    broke(error: unknown, replay: string): void {
      if (error instanceof FoundFirst) throw error;
      runs++;
      violations++;
      fail({ replay, violations: [error instanceof Error ? error.message : String(error)] });
    },
    findings: (facts: Findings['facts'] = {}): Findings => ({
      runs,
      violations,
      lost,
      toldTwice,
      inDoubt,
      sentAgain,
      failures,
      facts: { deliveries, ...facts },
    }),
  };
}
