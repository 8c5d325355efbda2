import { describe, expect, test } from 'vitest';
import { isFinal, isMessageStatus, movesUp } from '../../shared/feedback/twilio/message-status.ts';
import { reportMeaning } from '../../shared/feedback/twilio/report-meaning.ts';

test.each([
  [30003, { kind: 'strike', rule: 'sms.unreachable' }],
  [30004, { kind: 'strike', rule: 'sms.blocked' }],
  [30005, { kind: 'strike', rule: 'sms.blocked' }],
  [30006, { kind: 'unreachable' }],
  [30007, { kind: 'sender' }],
  [30032, { kind: 'sender' }],
  [30034, { kind: 'sender' }],
  [30008, { kind: 'none' }],
  [30030, { kind: 'none' }],
  [30036, { kind: 'none' }],
  [21610, { kind: 'stopped' }],
  [30450, { kind: 'pumping' }],
  [30453, { kind: 'pumping' }],
  [12345, { kind: 'none' }],
  [0, { kind: 'none' }],
])('a report of %i means %o', (code, meaning) => expect(reportMeaning(code)).toEqual(meaning));

describe('the ranks of a message', () => {
  const ORDER = [
    ['accepted', 'scheduled'],
    ['queued'],
    ['sending'],
    ['sent'],
    ['delivered', 'undelivered', 'failed', 'canceled'],
  ] as const;

  test('only rise', () => {
    for (const [low, lower] of ORDER.entries())
      for (const [high, higher] of ORDER.entries())
        for (const from of lower)
          for (const to of higher) expect(movesUp(from, to), `${from} to ${to}`).toBe(high > low);
  });

  test('have one top, and begin anywhere', () => {
    for (const [at, statuses] of ORDER.entries())
      for (const status of statuses) {
        expect(isFinal(status)).toBe(at === ORDER.length - 1);
        expect(movesUp(undefined, status)).toBe(true);
      }
  });

  test.each(['receiving', 'received', 'read', 'partially_delivered', 'toString', ''])(
    'know nothing of %j',
    (text) => expect(isMessageStatus(text)).toBe(false),
  );
});
