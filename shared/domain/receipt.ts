import { CHANNELS, type Channel } from './channel.ts';
import type { ChunkEntry } from './chunk.ts';
import { type ExceptionRow, isOpen } from './exception.ts';
import type { Instant } from './time.ts';

/** `matched = told + failed + retrying + superseded + suppressed + inDoubt`, always. */
export interface ReceiptCounts {
  readonly matched: number;
  readonly told: number;
  readonly failed: number;
  readonly retrying: number;
  readonly superseded: number;
  readonly suppressed: number;
  readonly inDoubt: number;
  /** Of those told or in doubt: sent again while in doubt, so told twice at most. Not part of the sum. */
  readonly resent: number;
  /** Of those failed: the news came too late for them. Not part of the sum. */
  readonly expired?: number;
  readonly firstToldAt?: Instant;
  readonly lastToldAt?: Instant;
}

/** The sum of the ledger for one update. Exact once `complete`; before that, as far as the work has come. */
export interface Receipt extends ReceiptCounts {
  readonly complete: boolean;
  readonly channels: Readonly<Record<Channel, ReceiptCounts>>;
  readonly chunks: { readonly done: number; readonly of: number };
}

/** What the ledger holds on one update and channel. */
export interface ChannelLedger {
  readonly of: number;
  readonly entries: readonly ChunkEntry[];
  readonly rows: readonly ExceptionRow[];
}

/** Adds up the ledger of one update. Each recipient is counted in one place: by its chunk, or by its own row. */
export function sumLedger(ledger: Readonly<Record<Channel, ChannelLedger>>): Receipt {
  const channels = Object.fromEntries(
    CHANNELS.map((channel) => [channel, sumChannel(ledger[channel])]),
  ) as Record<Channel, ReceiptCounts>; // fromEntries forgets its keys; CHANNELS names them all
  const all = CHANNELS.map((channel) => ledger[channel]);
  const of = sum(all, ({ of }) => of);
  const done = sum(all, ({ entries }) => entries.filter((entry) => entry.done).length);
  const total = addUp(CHANNELS.map((channel) => channels[channel]));
  return { complete: done === of && total.retrying === 0, ...total, channels, chunks: { done, of } };
}

function sumChannel({ entries, rows }: ChannelLedger): ReceiptCounts {
  const inState = (state: ExceptionRow['state']) => rows.filter((row) => row.state === state).length;
  const expired = sum(entries, ({ counts }) => counts.expired ?? 0);
  const counts = {
    told: sum(entries, ({ counts }) => counts.told) + inState('told'),
    failed: inState('failed') + expired,
    retrying: rows.filter(isOpen).length,
    superseded: sum(entries, ({ counts }) => counts.superseded) + inState('superseded'),
    suppressed: inState('suppressed'),
    inDoubt: inState('inDoubt'),
  };
  const matched = Object.values(counts).reduce((a, b) => a + b, 0);
  const told = [...rows.map(({ toldAt }) => toldAt), ...entries.map(({ lastToldAt }) => lastToldAt)];
  return {
    matched,
    ...counts,
    resent: rows.filter(({ resent }) => resent).length,
    ...(expired > 0 && { expired }),
    ...span([...told, ...entries.map(({ firstToldAt }) => firstToldAt)]),
  };
}

function addUp(parts: readonly ReceiptCounts[]): ReceiptCounts {
  const expired = sum(parts, (part) => part.expired ?? 0);
  return {
    matched: sum(parts, (part) => part.matched),
    told: sum(parts, (part) => part.told),
    failed: sum(parts, (part) => part.failed),
    retrying: sum(parts, (part) => part.retrying),
    superseded: sum(parts, (part) => part.superseded),
    suppressed: sum(parts, (part) => part.suppressed),
    inDoubt: sum(parts, (part) => part.inDoubt),
    resent: sum(parts, (part) => part.resent),
    ...(expired > 0 && { expired }),
    ...span(parts.flatMap(({ firstToldAt, lastToldAt }) => [firstToldAt, lastToldAt])),
  };
}

function span(instants: readonly (Instant | undefined)[]): Pick<ReceiptCounts, 'firstToldAt' | 'lastToldAt'> {
  const known = instants.filter((instant) => instant !== undefined);
  if (known.length === 0) return {};
  return {
    firstToldAt: known.reduce((a, b) => Math.min(a, b)),
    lastToldAt: known.reduce((a, b) => Math.max(a, b)),
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
