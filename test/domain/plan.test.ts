import { expect, it } from 'vitest';
import { isTimely, type Plan } from '../../shared/domain/plan.ts';

const PLAN: Plan = {
  scheduledFor: '2021-10-20T06:00:00Z',
  startsAt: Date.UTC(2021, 9, 20, 6),
  phase: 'planned',
  since: 0,
  announced: true,
  reminders: [60, 30, 15],
  reminded: 30,
  revision: 0,
  statedBy: 'works',
  changedAt: 0,
  moves: [],
};

it.each([
  [60, false],
  [30, false],
  [15, true],
])('after the reminder of 30 minutes before, the one of %i is timely: %s', (minutesBefore, timely) => {
  expect(isTimely(PLAN, { scheduledFor: PLAN.scheduledFor, minutesBefore })).toBe(timely);
});
