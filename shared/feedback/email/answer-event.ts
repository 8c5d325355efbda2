import { type Pause, pauseUntil } from '../../domain/pause.ts';
import { DAY, type Instant, MINUTE, type Millis } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { AddressReportStore } from '../../store/address-reports.ts';
import type { MarkStore } from '../../store/marks.ts';
import type { SubscriberRowStore } from '../../store/subscriber-rows.ts';
import type { SubscriberStore } from '../../store/subscribers.ts';
import { type Judgement, judge, SUPPRESSED } from './judge.ts';
import type { MailEvent } from './mail-event.ts';

export interface AnswerEventDependencies {
  readonly reports: AddressReportStore;
  readonly rows: Pick<SubscriberRowStore, 'refsOf'>;
  readonly subscribers: Pick<SubscriberStore, 'strike'>;
  readonly marks: Pick<MarkStore, 'set'>;
  /** The pause of email as a whole. */
  readonly pause: {
    readonly read: () => Promise<Pause | undefined>;
    readonly swap: (seen: Pause | undefined, next: Pause, now: Instant) => Promise<boolean>;
  };
  readonly clock: Pick<Clock, 'now' | 'newId'>;
}

/** How long email waits after a provider has refused our mail as such, before it tries again. */
const HALT: Millis = 10 * MINUTE;

/** Longer than any queue keeps an event: for so long a copy of it is known. */
const REMEMBERED: Millis = 30 * DAY;

/** An address that was confirmed again comes off SES's list a moment later: what bounced before says nothing. */
const COMING_OFF_THE_LIST: Millis = 10 * MINUTE;

const MOST_SWAPS = 4;

/**
 * Does what an event asks for. SES tells each at least once and in no order, so everything here may be repeated and come late: rows
 * change only from `active`, and only for a mail that was sent after its owner last agreed; a soft bounce is counted once by its
 * id; and a halt ends at a time that the event itself says.
 *
 * Throws when tables are out of reach: the event comes again.
 */
export async function answerEvent(deps: AnswerEventDependencies, event: MailEvent): Promise<Judgement> {
  const judgement = judge(event);
  switch (judgement.kind) {
    case 'giveUp':
      await giveUp(deps, event, judgement.cause);
      break;
    case 'strike':
      await countStrike(deps, event, judgement.cause);
      break;
    case 'leave':
      await leave(deps, event, judgement.cause);
      break;
    case 'halt':
      await halt(deps, event);
  }
  return judgement;
}

/** All rows of the address: the index may lack one of this second, so the mail's own page is always among them. */
async function giveUp(
  { reports, rows, clock }: AnswerEventDependencies,
  { mail }: MailEvent,
  cause: string,
): Promise<void> {
  const { h, page } = mail;
  if (h === undefined) return;
  const elsewhere = (await rows.refsOf(h)).filter((ref) => ref.channel === 'email' && ref.page !== page);
  const report = {
    cause,
    at: clock.now(),
    agreedBefore: mail.sentAt - (cause === SUPPRESSED ? COMING_OFF_THE_LIST : 0),
  };
  for (const ref of [{ page, channel: 'email' as const, h }, ...elsewhere]) await reports.giveUp(ref, report);
}

/** Marked first: a crash in between forgets one soft bounce, where the other way round it would count twice. */
async function countStrike(
  { marks, subscribers, clock }: AnswerEventDependencies,
  event: MailEvent,
  cause: string,
): Promise<void> {
  const { h, page, incident } = event.mail;
  if (event.kind !== 'bounce' || h === undefined || incident === undefined) return;
  const now = clock.now();
  if (!(await marks.set('bounce', event.id, now + REMEMBERED))) return;
  await subscribers.strike(page, 'email', h, { rule: 'email.softBounce', cause, about: incident }, now);
}

async function leave(
  { reports, clock }: AnswerEventDependencies,
  { mail }: MailEvent,
  cause: string,
): Promise<void> {
  const { h, page, sentAt } = mail;
  if (h === undefined) return;
  await reports.complain({ page, channel: 'email', h }, { cause, at: clock.now(), agreedBefore: sentAt });
}

async function halt({ pause, clock }: AnswerEventDependencies, event: MailEvent): Promise<void> {
  const until = event.kind === 'bounce' ? event.at + HALT : 0;
  for (let tries = 0; tries < MOST_SWAPS && until > clock.now(); tries++) {
    const seen = await pause.read();
    const next = pauseUntil(seen, until, clock.newId());
    if (next === undefined || (await pause.swap(seen, next, clock.now()))) return;
  }
}
