import type { Mutant } from './mutant.ts';

const chunk = 'shared/domain/chunk.ts';
const exception = 'shared/domain/exception.ts';
const work = 'shared/fanout/deliver/work-chunk.ts';
const retry = 'shared/fanout/deliver/retry-due.ts';
const settle = 'shared/fanout/deliver/settle-earlier.ts';
const tell = 'shared/fanout/deliver/tell.ts';
const answer = 'shared/fanout/deliver/answer.ts';
const answerAll = 'shared/fanout/deliver/answer-all.ts';
const sweep = 'shared/fanout/sweep.ts';
const accept = 'shared/fanout/accept.ts';
const swap = 'shared/store/compare-and-swap.ts';

const ORDER = ['order', '--scale', '0.2'];
const PEOPLE = ['interleavings', '--scale', '0.5'];
const QUEUES = ['queues', '--scale', '0.4'];
const OUTAGE = ['outage', '--scale', '0.22'];

const PACING = ['test/pacing/pacing.test.ts', 'test/fanout/paced.test.ts'];
const REMINDERS = ['test/fanout/reminders.test.ts'];
const EXPIRY = ['test/fanout/expiry.test.ts'];
const STRIKES = ['test/domain/strikes.test.ts'];

/** The guards of the protocol, each taken away by itself. Every one of them has to be missed. */
export const MUTANTS: readonly Mutant[] = [
  // The chunk's entry.
  {
    name: 'a-live-lease-is-free',
    file: chunk,
    guard: "if (entry.leaseUntil > now) return 'claimed';",
    instead: '',
  },
  {
    name: 'an-abandoned-window-is-no-doubt',
    file: chunk,
    guard: "return entry.prev === entry.cursor ? 'resting' : 'abandoned';",
    instead: "return 'resting';",
  },
  {
    name: 'work-goes-on-before-the-window',
    file: chunk,
    guard: 'return entry === undefined ? low : entry.cursor;',
    instead: 'return entry === undefined ? low : entry.prev;',
  },
  {
    name: 'a-window-given-back-is-settled',
    file: chunk,
    guard: 'return { ...entry, cursor: entry.prev, leaseUntil: now };',
    instead: 'return { ...entry, prev: entry.cursor, leaseUntil: now };',
    by: ORDER,
  },
  {
    name: 'counts-start-anew',
    file: chunk,
    guard: 'told: entry.counts.told + tally.told,',
    instead: 'told: tally.told,',
  },
  // Conditions of writes.
  {
    name: 'a-first-write-replaces',
    file: swap,
    guard: "if (expected === 'absent') return { ConditionExpression: 'attribute_not_exists(pk)' };",
    instead: "if (expected === 'absent') return {};",
  },
  {
    name: 'own-work-is-not-recognised',
    file: swap,
    guard: 'return Item !== undefined && isOwn(Item as T);',
    instead: 'return Item === undefined && isOwn(Item as never);',
  },
  {
    name: 'whose-work-does-not-matter',
    file: swap,
    guard: 'return Item !== undefined && isOwn(Item as T);',
    instead: 'return Item !== undefined;',
  },
  {
    name: 'the-ledger-has-no-fence',
    file: 'shared/store/ledger.ts',
    guard: '? { owner: seen.owner, cursor: seen.cursor, leaseUntil: seen.leaseUntil, done: false }',
    instead: '? { done: false }',
    by: ORDER,
  },
  {
    name: 'a-row-has-no-fence',
    file: 'shared/store/exceptions.ts',
    guard: 'const expected = { state, attempt, nextAt, overtaken };',
    instead: 'const expected = { neverThere: undefined };',
    by: ORDER,
  },
  {
    name: 'incidents-have-no-version',
    file: 'shared/store/incidents.ts',
    guard: "const expected = found ? { version: found.version } : 'absent';",
    instead: "const expected = found ? { neverThere: undefined } : 'absent';",
    by: ORDER,
  },
  // Working on a chunk.
  {
    name: 'a-lost-claim-is-told',
    file: work,
    guard: 'if (!(await swap(next))) {',
    instead: 'if (!(await swap(next)) && false) {',
  },
  {
    name: 'a-call-outlives-its-lease',
    file: work,
    guard: 'if (fresh === undefined || timeToCall < sizing.callTimeoutMs + MARGIN) {',
    instead: 'if (fresh === undefined) {',
    by: ORDER,
  },
  {
    name: 'retries-are-not-waited-for',
    file: work,
    guard: 'if (wait > 0) return letGo(wait);',
    instead: '',
    by: ORDER,
  },
  {
    name: 'what-was-read-stays-fresh',
    file: work,
    guard: 'clock.now() - fresh.readAt > FRESH;',
    instead: 'clock.now() - fresh.readAt > Number.POSITIVE_INFINITY;',
    by: PEOPLE,
  },
  {
    name: 'a-doubt-is-not-recorded',
    file: 'shared/fanout/deliver/record-doubt.ts',
    guard: '.filter((row) => audience(asOf(readFrom, row)))',
    instead: '.filter(() => false)',
  },
  {
    name: 'failures-are-not-written-down',
    file: tell,
    guard: 'await Promise.all(rows.map((row) => deps.exceptions.putNew(ref, row, now)));',
    instead: '',
  },
  {
    name: 'refused-counts-as-told',
    file: tell,
    guard:
      "if (outcomes.length > 0 && outcomes.every(refusesSender)) return { kind: 'refused', afterMs: pauseMs };",
    instead: '',
    by: OUTAGE,
  },
  {
    name: 'the-overtaken-are-forgotten',
    file: 'shared/fanout/deliver/next-window.ts',
    guard: 'if (newerAudience?.(row)) superseded++;',
    instead: 'if (newerAudience) superseded++;',
    by: ORDER,
  },
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
    guard: 'if (reached(recipient)) {',
    instead: 'if (reached(recipient) && false) {',
    by: ORDER,
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
    by: PEOPLE,
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
    file: retry,
    guard: "if (row.resent || row.overtaken) return end(row, 'inDoubt', row.cause);",
    instead: '',
    by: ORDER,
  },
  {
    name: 'the-answer-is-not-heard',
    file: retry,
    guard: "if (answer?.kind === 'told') return foundTold(row, answer.providerId);",
    instead: '',
  },
  {
    name: 'who-may-have-been-told-was-not',
    file: retry,
    guard: "return doubtful ? end(before, 'inDoubt', before.cause) : undefined;",
    instead: 'return doubtful ? undefined : undefined;',
    by: PEOPLE,
  },
  {
    name: 'who-left-is-tried-again',
    file: retry,
    guard: 'if (recipient === undefined || !audienceOf(job.incident, job.update)(recipient)) {',
    instead: 'if (recipient === undefined) {',
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
    guard: 'return confirmedAt !== undefined && confirmedAt <= update.acceptedAt && wanted(subscriber);',
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
  // The sweeper, pauses and probes.
  {
    name: 'nothing-stalled-is-rung',
    file: sweep,
    guard: 'const rung = finished ? 0 : await ringStalled(',
    instead:
      'const rung = finished ? 0 : 0 * await ringStalled.bind(undefined, { ...deps, doorbells: { ring: async () => 0 } })(',
    by: QUEUES,
  },
  {
    name: 'nothing-due-is-rung',
    file: sweep,
    guard: 'dueRung: await ringDue(deps, seen, gates)',
    instead: 'dueRung: 0',
    by: ORDER,
  },
  {
    name: 'a-half-accepted-update-stays',
    file: sweep,
    guard: 'if (finished) await enqueue(deps, update, incident, page);',
    instead: '',
  },
  {
    name: 'a-receipt-closes-early',
    file: sweep,
    guard: 'if (receipt.complete) {',
    instead: 'if (receipt.chunks.done === receipt.chunks.of) {',
  },
  {
    name: 'a-pause-holds-nobody',
    file: answerAll,
    guard: 'if (breaker.waitMs > 0) {',
    instead: 'if (breaker.waitMs > Number.MAX_VALUE) {',
    by: OUTAGE,
  },
  {
    name: 'a-probe-is-a-window',
    file: answerAll,
    guard: '(isTrying() ? 1 : deps.pacer.windowSize())',
    instead: 'deps.pacer.windowSize()',
    by: OUTAGE,
  },
  // The pace.
  {
    name: 'time-is-handed-out-twice',
    file: 'shared/domain/pace.ts',
    guard: 'pace: { ...pace, freeAt: startsAt + taken / perMs }, startsAt,',
    instead: 'pace, startsAt,',
    by: PACING,
  },
  {
    name: 'the-pace-has-no-fence',
    file: 'shared/store/paces.ts',
    guard: "const expected = seen ? { by: seen.by } : 'absent';",
    instead: "const expected = seen ? { neverThere: undefined } : 'absent';",
    by: ['test/store/paces.test.ts'],
  },
  {
    name: 'a-turn-is-not-waited-for',
    file: 'shared/fanout/deliver/pacer.ts',
    guard: 'if (ms > 0) await deps.wait(ms);',
    instead: '',
    by: PACING,
  },
  {
    name: 'retries-take-no-turn',
    file: retry,
    guard: 'if (leave > 0) return deps.clock.now() + leave;',
    instead: '',
    by: PACING,
  },
  {
    name: 'a-turn-that-came-too-late-is-kept',
    file: 'shared/fanout/deliver/pacer.ts',
    guard: 'if (held.at >= oldest) return;',
    instead: 'return;',
    by: PACING,
  },
  {
    name: 'what-was-told-waits-for-the-rate',
    file: work,
    guard: 'if (ms > UNCONFIRMED && !(await confirm())) return false;',
    instead: '',
    by: PACING,
  },
  // Planned work.
  {
    name: 'a-reminder-is-made-anew',
    file: 'shared/domain/plan.ts',
    guard: 'minutesBefore < (plan.reminded ?? Number.POSITIVE_INFINITY)',
    instead: 'true',
    by: REMINDERS,
  },
  {
    name: 'work-that-moved-is-reminded-of',
    file: 'shared/domain/plan.ts',
    guard: 'plan.startsAt === Date.parse(scheduledFor) &&',
    instead: '',
    by: REMINDERS,
  },
  {
    name: 'work-that-began-is-reminded-of',
    file: 'shared/domain/plan.ts',
    guard: 'if (now >= plan.startsAt) return undefined;',
    instead: '',
    by: REMINDERS,
  },
  {
    name: 'nobody-looks-for-reminders',
    file: sweep,
    guard: 'const { reminded, troubles } = await remindAll(deps);',
    instead: 'const { reminded, troubles } = { reminded: 0, troubles: 0 };',
    by: OUTAGE,
  },
  // Old news, and addresses that fail.
  {
    name: 'old-news-is-told',
    file: 'shared/domain/expiry.ts',
    guard: 'return now - update.acceptedAt > late;',
    instead: 'return false;',
    by: EXPIRY,
  },
  {
    name: 'who-was-told-of-the-beginning-misses-the-end',
    file: answer,
    guard: 'return earlier.every(',
    instead: 'return [...earlier, undefined].some(',
    by: EXPIRY,
  },
  {
    name: 'closed-receipts-prove-nobody-was-told',
    file: 'shared/domain/expiry.ts',
    guard: 'if (entry === undefined) return isOpen;',
    instead: 'if (entry === undefined) return true;',
    by: EXPIRY,
  },
  {
    name: 'one-bad-day-ends-a-subscription',
    file: 'shared/domain/strikes.ts',
    guard: 'lasted >= limits.overMs &&',
    instead: '',
    by: STRIKES,
  },
  {
    name: 'nothing-is-forgiven',
    file: tell,
    guard: 'return strikes && endWithAcceptance(strikes) && subscribers.absolve(page, channel, h);',
    instead: 'return undefined;',
    by: ['test/fanout/strikes.test.ts'],
  },
];

/** The mutant that the environment names: for processes that run without the guard. */
export function chosenMutant(): Mutant {
  const wanted = process.env['MUTANT'];
  const mutant = MUTANTS.find(({ name }) => name === wanted);
  if (mutant === undefined) throw new Error(`Expected the name of a mutant in MUTANT, got ${wanted}`);
  return mutant;
}
