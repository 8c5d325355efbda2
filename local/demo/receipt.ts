import { z } from 'zod';
import { CHANNELS } from './channel.ts';

/** What a receipt divides its matched subscribers into, in the order in which the sum is written. */
export const ENDS = ['told', 'failed', 'retrying', 'superseded', 'suppressed', 'inDoubt'] as const;

const count = z.int().nonnegative();

const tallySchema = z.looseObject({
  matched: count,
  told: count,
  failed: count,
  retrying: count,
  superseded: count,
  suppressed: count,
  inDoubt: count,
  /** Told, but perhaps twice: sent again after a call that nobody answered. Part of `told`, not of the sum. */
  resent: count.optional(),
});

/** The receipt as the API answers it. Members that the demo does not know are kept. */
export const receiptSchema = tallySchema.extend({
  update: z.string(),
  sequence: count,
  complete: z.boolean(),
  chunks: z.looseObject({ done: count, of: count }),
  channels: z.partialRecord(z.enum(CHANNELS), tallySchema),
  /** What is still to be told, as estimated. */
  outlook: z
    .object({
      channels: z.partialRecord(
        z.enum(CHANNELS),
        z.object({
          remaining: count,
          pausedUntil: z.string().nullable(),
          finishAt: z.string().nullable(),
        }),
      ),
    })
    .nullish(),
});

export type Tally = z.infer<typeof tallySchema>;
export type Receipt = z.infer<typeof receiptSchema>;

/** `told + failed + retrying + superseded + suppressed + inDoubt`. */
export function sumOf(tally: Tally): number {
  return ENDS.reduce((sum, end) => sum + tally[end], 0);
}

/** Whether nothing more is under way for this update, even if its receipt is not closed yet. */
export function isSettled(receipt: Receipt): boolean {
  const worked = receipt.chunks.of > 0 && receipt.chunks.done === receipt.chunks.of;
  return receipt.complete || (worked && receipt.retrying === 0);
}
