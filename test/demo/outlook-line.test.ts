import { expect, it } from 'vitest';
import { outlookLine } from '../../local/demo/outlook-line.ts';
import type { Receipt } from '../../local/demo/receipt.ts';

const NOW = Date.UTC(2021, 9, 13, 7, 26);
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const receipt = (channels: NonNullable<Receipt['outlook']>['channels']) => {
  return { outlook: { channels } } as Receipt; // all it reads
};

it('says how many are to go and until when, and that a provider pauses', () => {
  const line = outlookLine(
    receipt({
      email: { remaining: 1_020, pausedUntil: null, finishAt: at(81) },
      sms: { remaining: 7, pausedUntil: at(60), finishAt: at(61) },
    }),
    NOW,
  );
  expect(line).toBe(
    'email: 1,020 to go, until about 07:27:21 · sms: 7 to go, until about 07:27:01; provider paused until 07:27:00',
  );
});

it('does not claim to know when nobody can', () => {
  const paused = { remaining: 3, pausedUntil: at(60), finishAt: null };
  expect(outlookLine(receipt({ slack: paused }), NOW)).toBe('slack: 3 to go; provider paused until 07:27:00');
});

it.each([
  ['nobody is left', { outlook: null } as Receipt],
  ['it is over in a moment', receipt({ email: { remaining: 3, pausedUntil: null, finishAt: at(2) } })],
])('says nothing when %s', (_, said) => {
  expect(outlookLine(said, NOW)).toBeUndefined();
});
