import { expect, test } from 'vitest';
import { receiptSchema } from '../../local/demo/receipt.ts';
import { receiptTable } from '../../local/demo/receipt-table.ts';

const nothing = { matched: 0, told: 0, failed: 0, retrying: 0, superseded: 0, suppressed: 0, inDoubt: 0 };

test('the lines of a receipt read as sums', () => {
  const receipt = receiptSchema.parse({
    ...nothing,
    update: 'u',
    sequence: 1,
    complete: true,
    chunks: { done: 4, of: 4 },
    matched: 1_257,
    told: 1_250,
    failed: 3,
    superseded: 4,
    channels: {
      email: { ...nothing, matched: 1_020, told: 1_020 },
      sms: { ...nothing, matched: 120, told: 117, failed: 3 },
      slack: { ...nothing, matched: 117, told: 113, superseded: 4 },
      webhook: nothing,
    },
  });
  expect(receiptTable(receipt, (_, text) => text)).toEqual([
    '          matched     told     failed     retrying     superseded     suppressed     in doubt',
    'email       1,020 =  1,020 +        0 +          0 +            0 +            0 +          0',
    'sms           120 =    117 +        3 +          0 +            0 +            0 +          0',
    'slack         117 =    113 +        0 +          0 +            4 +            0 +          0',
    'webhook         0 =      0 +        0 +          0 +            0 +            0 +          0',
    '─────────────────────────────────────────────────────────────────────────────────────────────',
    'total       1,257 =  1,250 +        3 +          0 +            4 +            0 +          0',
  ]);
});
