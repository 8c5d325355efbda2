import { fileURLToPath } from 'node:url';
import { IDEMPOTENCY_TABLE, LEDGER_TABLE } from './tables.ts';

/** One way of telling subscribers, as the benchmark runs it. */
export interface ContenderSpec {
  readonly name: 'ours' | 'A' | 'A2' | 'B' | 'postgres';
  readonly title: string;
  readonly module: string;
  /** Tables of its own, with one key `id`. */
  readonly tables: readonly string[];
  /** Fed with batches of messages from a queue, as a function is; one that is not works by itself. */
  readonly isFed: boolean;
  /** Has something that runs every minute beside the work. */
  readonly sweeps: boolean;
  /** Says in its sweeper's log when it is through with an update. */
  readonly closes: boolean;
  /** Whether its clock can run fast: not of one whose clock is a database's. */
  readonly ownClock: boolean;
  /** What of AWS's list it pays for a message: fair queues cost a quarter more. */
  readonly fairQueue: boolean;
}

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export const CONTENDERS: readonly ContenderSpec[] = [
  {
    name: 'ours',
    title: 'incident-fanout',
    module: at('./ours.ts'),
    tables: [],
    isFed: true,
    sweeps: true,
    closes: true,
    ownClock: true,
    fairQueue: true,
  },
  {
    name: 'B',
    title: 'B: chunks of 500, a row per recipient',
    module: at('./chunk-rows.ts'),
    tables: [LEDGER_TABLE],
    isFed: true,
    sweeps: false,
    closes: false,
    ownClock: true,
    fairQueue: false,
  },
  {
    name: 'A',
    title: 'A: a message per recipient, get-send-put',
    module: at('./per-recipient.ts'),
    tables: [LEDGER_TABLE],
    isFed: true,
    sweeps: false,
    closes: false,
    ownClock: true,
    fairQueue: false,
  },
  {
    name: 'A2',
    title: 'A2: a message per recipient, Powertools idempotency',
    module: at('./idempotent.ts'),
    tables: [IDEMPOTENCY_TABLE],
    isFed: true,
    sweeps: false,
    closes: false,
    ownClock: true,
    fairQueue: false,
  },
  {
    name: 'postgres',
    title: 'Postgres job per recipient (pg-boss)',
    module: at('./postgres-jobs.ts'),
    tables: [],
    isFed: false,
    sweeps: true,
    closes: false,
    ownClock: false,
    fairQueue: false,
  },
];

export function contender(name: ContenderSpec['name']): ContenderSpec {
  const found = CONTENDERS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`Expected a contender ${name}, found none`);
  return found;
}
