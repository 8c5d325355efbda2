import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import type { ChunkEntry } from '../../shared/domain/chunk.ts';
import type { ExceptionRow } from '../../shared/domain/exception.ts';
import type { Instant } from '../../shared/domain/time.ts';

export const { callTimeoutMs: CALL_TIMEOUT, leaseMs: LEASE } = CHANNEL_SIZING.sms;

/** Updates, oldest first; the two subscribers are windows of one each. */
export const UPDATES = [0, 1] as const;
export const PEOPLE = ['1', '2'] as const;

/** A handling of a doorbell: what the process knows, and what it does next. */
export interface Worker {
  readonly bell: number;
  readonly endsAt: Instant;
  readonly next:
    | 'read'
    | 'takeOver'
    | 'recordDoubt'
    | 'window'
    | 'settle'
    | 'claim'
    | 'send'
    | 'sending'
    | 'rest'
    | 'giveBack'
    | 'finish'
    | 'readRows'
    | 'ask'
    | 'claimRow'
    | 'look'
    | 'resend'
    | 'resending'
    | 'endRow';
  /** The update it works on. */
  readonly on: number;
  readonly seen: readonly (ChunkEntry | null)[];
  /** Of the window that it has told and not confirmed: how many left the chunk as rows; 0 for told. */
  readonly left?: number;
  /** The row that it handles as read, and as it is to become. */
  readonly row?: ExceptionRow;
  readonly becomes?: ExceptionRow;
}

/** A request on its way to the provider, which takes it until `landBy` or never. */
export interface Call {
  readonly update: number;
  readonly h: string;
  readonly by: number;
  readonly landBy: Instant;
}

export interface State {
  readonly now: Instant;
  readonly entries: readonly (ChunkEntry | null)[];
  readonly rows: readonly (readonly (ExceptionRow | null)[])[];
  readonly workers: readonly (Worker | null)[];
  readonly calls: readonly Call[];
  readonly bells: readonly number[];
  readonly told: readonly (readonly number[])[];
  readonly outOfOrder: boolean;
  /** What may still happen: a process dies, a message comes twice, time passes while somebody works. */
  readonly crashes: number;
  readonly copies: number;
  readonly pauses: number;
}

/** Two updates that have just been accepted, and two workers that have nothing to do. */
export const INITIAL: State = {
  now: 0,
  entries: [null, null],
  rows: [
    [null, null],
    [null, null],
  ],
  workers: [null, null],
  calls: [],
  bells: [1, 1],
  told: [
    [0, 0],
    [0, 0],
  ],
  outOfOrder: false,
  crashes: 0,
  copies: 0,
  pauses: 0,
};

/** An array with one element replaced. */
export const put = <T>(items: readonly T[], at: number, item: T): T[] =>
  items.map((old, index) => (index === at ? item : old));
