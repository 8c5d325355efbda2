import type { Mutant } from './mutant.ts';
import { ORDER, PEOPLE, PROMISES, QUEUES } from './notice.ts';

const exception = 'shared/domain/exception.ts';
const retry = 'shared/fanout/deliver/retry-due.ts';
const doubt = 'shared/fanout/deliver/settle-doubt.ts';
const settle = 'shared/fanout/deliver/settle-earlier.ts';
const answer = 'shared/fanout/deliver/answer.ts';
const accept = 'shared/fanout/accept.ts';

/** Guards of each delivery: in its order, once, and to nobody who left or came later. */
export const DELIVERIES: readonly Mutant[] = [
  // Order.
  {
    name: 'earlier-updates-are-skipped',
    file: answer,
    guard: "if (state !== 'done') {",
    instead: "if (state === 'resting') {",
    by: ORDER,
  },
  {
    name: 'earlier-updates-are-not-waited-for',
    file: answer,
    guard: "if (state === 'claimed') return { kind: 'ringAgain', afterMs: waitFor(entry, now) };",
    instead: "if (state === 'claimed') continue;",
    by: ORDER,
  },
  {
    name: 'a-retry-follows-a-newer-update',
    file: retry,
    guard: 'if (reached(recipient)) return',
    instead: 'if (reached(recipient) && false) return',
    by: PROMISES,
  },
  {
    name: 'open-retries-are-left',
    file: settle,
    guard: 'if (!isOpen(row) || !concerned.has(row.h)) continue;',
    instead: 'continue;',
    by: ORDER,
  },
  {
    name: 'a-caller-that-lives-is-not-waited-for',
    file: settle,
    guard: 'if (callerEndsAt > now) return callerEndsAt;',
    instead: '',
    by: ORDER,
  },
  {
    name: 'arrivals-are-not-placed',
    file: accept,
    guard: 'for (const id of next.arriving) {',
    instead: 'for (const id of [update.id]) {',
    by: ['test/fanout/accept.test.ts'],
  },
  // Retries and doubts.
  {
    name: 'a-lost-row-is-called',
    file: retry,
    guard: 'return (await swap(row, calling)) ? { row: calling, before: row } : undefined;',
    instead: 'await swap(row, calling);\n  return { row: calling, before: row };',
    by: ORDER,
  },
  {
    name: 'a-vanished-caller-is-no-doubt',
    file: retry,
    guard: 'await swap(row, abandonCall(row));',
    instead: "await swap(row, { ...row, state: 'waiting' });",
    by: ORDER,
  },
  {
    name: 'a-mail-is-sent-again-and-again',
    file: doubt,
    guard: "if (row.resent || row.overtaken) return end(row, 'inDoubt', row.cause);",
    instead: '',
    by: PROMISES,
  },
  {
    name: 'the-answer-is-not-heard',
    file: doubt,
    guard: "if (answer?.kind === 'told') return foundTold(row, answer.providerId);",
    instead: '',
  },
  {
    name: 'who-may-have-been-told-was-not',
    file: doubt,
    guard: "return doubtful ? end(before, 'inDoubt', before.cause) : undefined;",
    instead: 'return doubtful ? undefined : undefined;',
    by: PEOPLE,
  },
  {
    name: 'who-left-is-tried-again',
    file: retry,
    guard: 'if (recipient === undefined || !audienceOf(job.incident, job.update)(recipient))',
    instead: 'if (recipient === undefined)',
    by: PEOPLE,
  },
  {
    name: 'no-grace-for-a-window',
    file: exception,
    guard: 'nextAt: Math.max(calledAt + GRACE, callerEndsAt),\n    since: now,',
    instead: 'nextAt: now,\n    since: now,',
    by: QUEUES,
  },
  {
    name: 'no-grace-for-a-call',
    file: exception,
    guard: 'nextAt: Math.max(context.calledAt + GRACE, context.now),',
    instead: 'nextAt: context.now,',
    by: QUEUES,
  },
  // Audience.
  {
    name: 'who-came-later-is-told',
    file: 'shared/domain/audience.ts',
    guard: 'return confirmedAt !== undefined && confirmedAt <= by && wanted(subscriber);',
    instead: 'return confirmedAt !== undefined && wanted(subscriber);',
    by: PEOPLE,
  },
  {
    name: 'who-left-is-told',
    file: 'shared/domain/audience.ts',
    guard: "if (state !== 'active' || paused === true) return false;",
    instead: 'if (paused === true) return false;',
    by: PEOPLE,
  },
];
