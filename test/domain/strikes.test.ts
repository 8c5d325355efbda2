import { describe, expect, it } from 'vitest';
import {
  isFailing,
  STRIKE_RULES,
  type Strike,
  type Strikes,
  strike,
  type Verdict,
} from '../../shared/domain/strikes.ts';
import { DAY, HOUR, type Instant } from '../../shared/domain/time.ts';

/** What a row of failures comes to, one after the other. */
function verdicts(failures: readonly (Omit<Strike, 'cause'> & { at: Instant })[]): Verdict[] {
  let strikes: Strikes | undefined;
  return failures.map(({ at, ...failure }) => {
    const { next, verdict } = strike(strikes, { ...failure, cause: 'test.cause' }, at);
    strikes = next;
    return verdict;
  });
}

describe('an endpoint that fails', () => {
  const rule = 'webhook.failing';
  it('is warned of once after a day, and given up after 120 hours and three updates', () => {
    const failures = [0, 10, 23, 24, 60, 119, 120].map((hours, index) => ({
      rule,
      about: `u${index}`,
      at: hours * HOUR,
    })) satisfies { rule: 'webhook.failing'; about: string; at: number }[];
    expect(verdicts(failures)).toEqual([
      'carryOn',
      'carryOn',
      'carryOn',
      'warn',
      'carryOn',
      'carryOn',
      'giveUp',
    ]);
  });
  it('is not given up for two updates, however long it fails', () => {
    const failures = Array.from({ length: 40 }, (_, day) => ({
      rule,
      about: `u${day % 2}`,
      at: day * DAY,
    })) satisfies { rule: 'webhook.failing'; about: string; at: number }[];
    expect(new Set(verdicts(failures))).toEqual(new Set(['carryOn', 'warn']));
  });
  it('counts as failing from the fifth failure in a row', () => {
    let strikes: Strikes | undefined;
    for (let failures = 1; failures <= 5; failures++) {
      strikes = strike(strikes, { rule, cause: 'test.cause', about: 'u1' }, failures).next;
      expect(isFailing(strikes)).toBe(failures === 5);
    }
    expect(isFailing(undefined)).toBe(false);
  });
});

it('counts bounces within thirty days, and gives up nobody for one a month', () => {
  const rule = 'email.softBounce';
  const monthly = Array.from({ length: 12 }, (_, month) => ({
    rule,
    about: `i${month}`,
    at: month * 29 * DAY,
  })) satisfies {
    rule: 'email.softBounce';
    about: string;
    at: number;
  }[];
  expect(new Set(verdicts(monthly))).toEqual(new Set(['carryOn']));
  const weekly = monthly.slice(0, 5).map((bounce, week) => ({ ...bounce, at: week * 7 * DAY }));
  expect(verdicts(weekly)).toEqual(['carryOn', 'carryOn', 'carryOn', 'carryOn', 'giveUp']);
});

it('starts anew under another rule', () => {
  const first = strike(undefined, { rule: 'webhook.failing', cause: 'test.a', about: 'u1' }, 0).next;
  const { next } = strike(first, { rule: 'webhook.private_address', cause: 'test.b', about: 'u2' }, 1);
  expect(next).toMatchObject({ rule: 'webhook.private_address', failures: 1, about: ['u2'], since: 1 });
});

it('never keeps more names than its rule counts', () => {
  for (const rule of Object.keys(STRIKE_RULES) as (keyof typeof STRIKE_RULES)[]) {
    let strikes: Strikes | undefined;
    for (let index = 0; index < 100; index++) {
      strikes = strike(strikes, { rule, cause: 'test.cause', about: `u${index}` }, index).next;
    }
    expect(strikes?.about.length).toBe(STRIKE_RULES[rule].about);
    expect(strikes?.failures).toBe(100);
  }
});
