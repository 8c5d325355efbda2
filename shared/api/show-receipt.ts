import { CHANNELS } from '../domain/channel.ts';
import type { Receipt, ReceiptCounts } from '../domain/receipt.ts';
import type { Instant } from '../domain/time.ts';

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
  const { matched, told, failed, retrying, superseded, suppressed, inDoubt, resent } = counts;
  return {
    matched,
    told,
    failed,
    retrying,
    superseded,
    suppressed,
    inDoubt,
    resent,
    firstToldAt: showInstant(counts.firstToldAt),
    lastToldAt: showInstant(counts.lastToldAt),
  };
}

function showInstant(instant: Instant | undefined): string | null {
  return instant === undefined ? null : new Date(instant).toISOString();
}
