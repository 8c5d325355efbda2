import type { Mutant } from './mutant.ts';
import { ORDER, OUTAGE, PROMISES, QUEUES } from './notice.ts';

const work = 'shared/fanout/deliver/work-chunk.ts';
const retry = 'shared/fanout/deliver/retry-due.ts';
const tell = 'shared/fanout/deliver/tell.ts';
const answer = 'shared/fanout/deliver/answer.ts';
const answerAll = 'shared/fanout/deliver/answer-all.ts';
const sweep = 'shared/fanout/sweep.ts';
const PACING = ['test/pacing/pacing.test.ts', 'test/fanout/paced.test.ts'];
const REMINDERS = ['test/domain/plan.test.ts', 'test/fanout/reminders.test.ts'];
const SWEEP = ['test/fanout/sweep.test.ts'];
const EXPIRY = ['test/domain/expiry.test.ts', 'test/fanout/expiry.test.ts'];
const STRIKES = ['test/domain/strikes.test.ts'];

/** Guards around the protocol: the sweeper, pauses, the pace, reminders, old news, and addresses that fail. */
export const SAFETY_NET: readonly Mutant[] = [
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
    guard: 'const dueRung = await ringDue(deps, gates);',
    instead: 'const dueRung = 0;',
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
    name: 'a-closed-receipt-stays-open-in-its-incident',
    file: sweep,
    guard: 'await deps.incidents.change(pageId, incident.id, (current) => close(current ?? incident, id));',
    instead: '',
    by: SWEEP,
  },
  {
    name: 'a-channel-that-is-off-is-rung',
    file: 'shared/fanout/gates.ts',
    guard: 'const isOn = deps.channels.includes(channel);',
    instead: 'const isOn = true;',
    by: SWEEP,
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
  {
    name: 'copies-of-what-waits-breed',
    file: 'shared/runtime/answer-messages.ts',
    guard: 'again.filter(({ ring }) => !own.covers(ring))',
    instead: 'again',
    by: ['test/runtime/own-rings.test.ts'],
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
    by: PROMISES,
  },
  {
    name: 'a-turn-that-came-too-late-is-kept',
    file: 'shared/fanout/deliver/pacer.ts',
    guard: 'if (held.at >= oldest) return;',
    instead: 'return;',
    by: ['test/fanout/pacer.test.ts'],
  },
  {
    name: 'what-was-told-waits-for-the-rate',
    file: work,
    guard: 'if (ms > UNCONFIRMED && !(await chunk.confirm())) return false;',
    instead: '',
    by: PROMISES,
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
    by: PROMISES,
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
