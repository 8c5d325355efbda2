import { showViolation, type Verdict } from '../oracles/verdict.ts';

/** What a command line asks of an experiment. */
export interface Settings {
  readonly seed: number;
  /** A fraction of the work, for the short version: 1 for all of it. */
  readonly scale: number;
  readonly progress: (done: number, of: number) => void;
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
  readonly inDoubt: number;
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

/** Adds verdicts up, and keeps those that found something. */
export function createTally() {
  let runs = 0;
  let violations = 0;
  let lost = 0;
  let toldTwice = 0;
  let inDoubt = 0;
  let deliveries = 0;
  const failures: Failure[] = [];

  return {
    add(verdict: Verdict, replay: string): void {
      runs++;
      violations += verdict.violations.length;
      lost += verdict.lost;
      toldTwice += verdict.toldTwice;
      inDoubt += verdict.inDoubt;
      deliveries += verdict.deliveries;
      if (verdict.violations.length > 0) {
        failures.push({ replay, violations: verdict.violations.map(showViolation) });
      }
    },
    /** A run that broke off: it proves nothing, and is a failure. */
    broke(error: unknown, replay: string): void {
      runs++;
      violations++;
      failures.push({ replay, violations: [error instanceof Error ? error.message : String(error)] });
    },
    findings: (facts: Findings['facts'] = {}): Findings => ({
      runs,
      violations,
      lost,
      toldTwice,
      inDoubt,
      failures,
      facts: { deliveries, ...facts },
    }),
  };
}
