import { expect, test } from 'vitest';
import { countSegments, smartEncode } from '../../local/providers/sms/segments.ts';

// Measured against TwilioDevEd/message-segment-calculator.
const VECTORS: [string, number, 'GSM-7' | 'UCS-2', number][] = [
  ['a', 160, 'GSM-7', 1],
  ['a', 161, 'GSM-7', 2],
  ['a', 306, 'GSM-7', 2],
  ['a', 307, 'GSM-7', 3],
  ['€', 80, 'GSM-7', 1],
  ['€', 81, 'GSM-7', 2],
  ['😀', 35, 'UCS-2', 1],
  ['😀', 36, 'UCS-2', 2],
  ['’', 70, 'UCS-2', 1],
  ['’', 71, 'UCS-2', 2],
];

test.each(VECTORS)('%s x %d: %s, %d segments', (character, times, encoding, segments) => {
  expect(countSegments(character.repeat(times))).toEqual({ encoding, segments });
});

test('an escape pair does not split across parts', () => {
  // 152 + one pair: the pair moves to the second part, which leaves 151 + 1 for the rest of it.
  expect(countSegments(`${'a'.repeat(152)}€${'a'.repeat(151)}`).segments).toBe(2);
  expect(countSegments(`${'a'.repeat(152)}€${'a'.repeat(152)}`).segments).toBe(3);
});

test('smart encoding brings typographic characters back to GSM-7', () => {
  expect(countSegments(smartEncode('“It’s down” – we’re on it…')).encoding).toBe('GSM-7');
});
