import { setTimeout as sleep } from 'node:timers/promises';
import { type DemoUpdate, updateName } from './batch-incident.ts';
import { CHANNELS, type Channel } from './channel.ts';
import type { FrontDoor } from './front-door.ts';
import { isSettled, type Receipt, sumOf } from './receipt.ts';

const POLL_MS = 200;

/** Longer than an in-doubt delivery waits (120 s) and a sweep comes round after it. */
const STALLED_AFTER_MS = 300_000;

export interface ReplayWatcher {
  /** Deliveries over all updates so far that have come to an end on a channel. */
  onProgress(channel: Channel, ended: number): void;
  /** An update was told: nothing of it is under way any more. */
  onTold(update: DemoUpdate, receipt: Receipt, milliseconds: number): void;
  /** Of an update that is being told: the receipt says what is still to come. */
  onOutlook?(receipt: Receipt): void;
  /** All are told; what is left is for the sweeper to close the receipts. */
  onAllTold(): void;
}

/**
 * Publishes the updates in order, each when the one before is told, or (`together`) each when the one before is
 * accepted, and waits until all receipts are closed. Answers the newest receipt of each published update; when
 * nothing has moved for five minutes it gives up waiting and publishing, and leaves it to the verdict to say so.
 */
export async function replay(options: {
  readonly door: Pick<FrontDoor, 'publish' | 'receipt'>;
  readonly page: string;
  readonly updates: readonly DemoUpdate[];
  readonly together: boolean;
  readonly watcher: ReplayWatcher;
  readonly signal: AbortSignal;
  readonly stalledAfterMs?: number;
}): Promise<readonly Receipt[]> {
  const { door, page, updates, together, watcher, signal } = options;
  const published: { readonly update: DemoUpdate; readonly at: number; told: boolean; receipt: Receipt }[] =
    [];

  async function publish(update: DemoUpdate): Promise<void> {
    const at = performance.now();
    await door.publish(page, update);
    published.push({ update, at, told: false, receipt: await door.receipt(page, update.id) });
  }

  async function poll(): Promise<boolean> {
    let moved = false;
    for (const each of published) {
      if (each.receipt.complete && each.told) continue;
      const receipt = await door.receipt(page, each.update.id);
      // An estimate of when it ends moves by itself.
      moved ||= withoutOutlook(receipt) !== withoutOutlook(each.receipt);
      each.receipt = receipt;
      if (each.told) continue;
      if (!isSettled(receipt)) {
        watcher.onOutlook?.(receipt);
        continue;
      }
      each.told = true;
      watcher.onTold(each.update, receipt, performance.now() - each.at);
    }
    for (const channel of CHANNELS)
      watcher.onProgress(
        channel,
        published.reduce((sum, { receipt }) => sum + endedOn(receipt, channel), 0),
      );
    return moved;
  }

  async function waitUntil(isReached: () => boolean): Promise<boolean> {
    let movedAt = performance.now();
    while (!isReached()) {
      if (await poll()) movedAt = performance.now();
      else if (performance.now() - movedAt > (options.stalledAfterMs ?? STALLED_AFTER_MS)) return false;
      if (!isReached()) await sleep(POLL_MS, undefined, { signal });
    }
    return true;
  }

  const allTold = () => published.every(({ told }) => told);
  const allComplete = () => published.every(({ receipt, told }) => told && receipt.complete);

  let isMoving = true;
  for (const update of updates) {
    await publish(update);
    if (!together) isMoving = await waitUntil(allTold);
    if (!isMoving) break;
  }
  if (isMoving && (await waitUntil(allTold))) {
    watcher.onAllTold();
    await waitUntil(allComplete);
  }
  return published.map(({ receipt }) => receipt);
}

function withoutOutlook({ outlook: _, ...counts }: Receipt): string {
  return JSON.stringify(counts);
}

function endedOn(receipt: Receipt, channel: Channel): number {
  const tally = receipt.channels[channel];
  return tally ? sumOf(tally) - tally.retrying : 0;
}

/** "3 Monitoring told to 1,204 in 0.8 s", and how many a newer update told instead. */
export function toldLine(update: DemoUpdate, receipt: Receipt, milliseconds: number): string {
  const told = `${receipt.told.toLocaleString('en')} in ${(milliseconds / 1_000).toFixed(1)} s`;
  const superseded =
    receipt.superseded > 0 ? `, superseded for ${receipt.superseded.toLocaleString('en')}` : '';
  return `${updateName(update)} told to ${told}${superseded}`;
}
