import { CHANNELS } from '../domain/channel.ts';
import type { Receipt, ReceiptCounts } from '../domain/receipt.ts';
import type { Instant } from '../domain/time.ts';
import type { Outlooks } from '../fanout/read-outlook.ts';

/** A receipt as the API shows it: every number, and times as RFC 3339, null where nobody was told yet. */
export function showReceipt(update: string, sequence: number, receipt: Receipt) {
  const { complete, channels, chunks } = receipt;
  return {
    update,
    sequence,
    complete,
    ...showCounts(receipt),
    channels: Object.fromEntries(CHANNELS.map((channel) => [channel, showCounts(channels[channel])])),
    chunks,
  };
}

function showCounts(counts: ReceiptCounts) {
  const { matched, told, failed, retrying, superseded, suppressed, inDoubt, resent, expired } = counts;
  return {
    matched,
    told,
    failed,
    retrying,
    superseded,
    suppressed,
    inDoubt,
    resent,
    ...(expired !== undefined && { expired }),
    firstToldAt: showInstant(counts.firstToldAt),
    lastToldAt: showInstant(counts.lastToldAt),
  };
}

/** What is still to be told: null once nobody is left who was not called. Times are null where nothing is known to judge by. */
export function showOutlook(outlooks: Outlooks) {
  const named = Object.entries(outlooks);
  if (named.length === 0) return null;
  const finishes = named.map(([, { finishAt }]) => finishAt);
  const isKnown = finishes.every((at) => at !== undefined);
  return {
    finishAt: showInstant(isKnown ? Math.max(...finishes) : undefined),
    channels: Object.fromEntries(
      named.map(([channel, { remaining, pausedUntil, finishAt }]) => [
        channel,
        { remaining, pausedUntil: showInstant(pausedUntil), finishAt: showInstant(finishAt) },
      ]),
    ),
  };
}

function showInstant(instant: Instant | undefined): string | null {
  return instant === undefined ? null : new Date(instant).toISOString();
}
