import { expect } from 'vitest';
import type { ReceiptCounts } from '../../shared/domain/receipt.ts';
import type { World } from './world.ts';

/** Nobody was told of the same update twice. */
export function expectNoRepeats({ provider }: World): void {
  const seen = new Set<string>();
  const repeats: string[] = [];
  for (const { channel, h, update } of provider.accepted) {
    const key = `${channel} ${h} ${update}`;
    if (seen.has(key)) repeats.push(key);
    seen.add(key);
  }
  expect(repeats).toEqual([]);
}

/** For every reader, updates came in rising order. Webhooks carry a sequence instead. */
export function expectRisingOrder({ provider }: World): void {
  const last = new Map<string, number>();
  for (const { channel, h, sequence } of provider.accepted) {
    if (channel === 'webhook') continue;
    const key = `${channel} ${h}`;
    expect(sequence, key).toBeGreaterThan(last.get(key) ?? 0);
    last.set(key, sequence);
  }
}

/** What was accepted, as `channel h update`, sorted. */
export function told({ provider }: World, update?: string): string[] {
  return provider.accepted
    .filter((one) => update === undefined || one.update === update)
    .map(({ channel, h }) => `${channel} ${h}`)
    .sort();
}

/** A closed receipt's sum, on every channel and in all. */
export async function expectSum(
  world: World,
  update: string,
  expected: Partial<ReceiptCounts>,
): Promise<void> {
  const receipt = await world.receipt(update);
  expect(receipt).toMatchObject({ complete: true, retrying: 0, ...expected });
  for (const counts of [receipt, ...Object.values(receipt.channels)]) {
    const { matched, told, failed, retrying, superseded, suppressed, inDoubt } = counts;
    expect(told + failed + retrying + superseded + suppressed + inDoubt).toBe(matched);
  }
}
