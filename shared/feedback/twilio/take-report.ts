import type { Address, AddressHash } from '../../domain/subscriber.ts';
import { DAY, type Instant } from '../../domain/time.ts';
import type { MarkStore } from '../../store/marks.ts';
import type { SubscriberRowStore } from '../../store/subscriber-rows.ts';
import type { SubscriberStore } from '../../store/subscribers.ts';
import { isFinal, type MessageStatus } from './message-status.ts';
import { reportMeaning } from './report-meaning.ts';
import { type StopDependencies, stopNumber } from './stop-number.ts';

/** A status callback, read. `page` and `update` are there for news, not for texts about a subscription. */
export interface Report {
  readonly sid: string;
  readonly status: MessageStatus;
  readonly errorCode?: number;
  readonly phone: string;
  readonly page?: string;
  readonly update?: string;
}

export interface TakeReportDependencies extends StopDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get' | 'strike' | 'absolve' | 'quarantine'>;
  readonly rows: Pick<SubscriberRowStore, 'refsOf'>;
  readonly marks: Pick<MarkStore, 'set'>;
  readonly hash: (address: Address) => AddressHash;
  /** Counts a number that the provider took for pumping, so that its neighbours get no codes. */
  readonly notePumping: (phone: string, at: Instant) => Promise<void>;
}

/** What was made of a report, for the log. */
export type ReportTaken =
  /** Nothing follows: it is on its way, arrived, or failed for a reason that is nobody's fault. */
  | 'noted'
  /** The end of this message had been reported before. */
  | 'repeated'
  | 'absolved'
  | 'struck'
  | 'quarantined'
  | 'stopped'
  /** The carriers refuse the sender. Raises an alarm, changes no subscriber. */
  | 'senderRefused';

/** Twilio gives up on a text after ten hours, and repeats no report for days. */
const REMEMBERED = 7 * DAY;

/**
 * What a delivery report changes: the subscriber's state, never the ledger's past. Only ends change anything, and of each message the
 * first one that is reported, so no status in between has to be kept.
 */
export async function takeReport(
  deps: TakeReportDependencies,
  report: Report,
  now: Instant,
): Promise<ReportTaken> {
  const { status, errorCode, page, phone } = report;
  if (!isFinal(status) || status === 'canceled') return 'noted';
  const h = deps.hash({ channel: 'sms', phone });
  const firstEnd = () => deps.marks.set('twilio-end', report.sid, now + REMEMBERED);

  if (status === 'delivered') {
    const row = page === undefined ? undefined : await deps.subscribers.get(page, 'sms', h);
    if (row?.strikes === undefined) return 'noted';
    if (!(await firstEnd())) return 'repeated';
    await deps.subscribers.absolve(row.page, 'sms', h);
    return 'absolved';
  }

  const meaning = reportMeaning(errorCode ?? 0);
  if (meaning.kind === 'none') return 'noted';
  if (!(await firstEnd())) return 'repeated';
  const cause = `sms.${errorCode}`;
  switch (meaning.kind) {
    case 'sender':
      return 'senderRefused';
    case 'stopped':
      await stopNumber(deps, h, now);
      return 'stopped';
    case 'pumping':
      await deps.notePumping(phone, now);
      await quarantineAll(deps, h, cause, now);
      return 'quarantined';
    case 'unreachable':
      await quarantineAll(deps, h, cause, now);
      return 'quarantined';
    case 'strike': {
      if (page === undefined) return 'noted';
      const about = report.update ?? report.sid;
      const verdict = await deps.subscribers.strike(
        page,
        'sms',
        h,
        { rule: meaning.rule, cause, about },
        now,
      );
      return verdict === 'giveUp' ? 'quarantined' : 'struck';
    }
  }
}

async function quarantineAll(
  { rows, subscribers }: TakeReportDependencies,
  h: AddressHash,
  cause: string,
  at: Instant,
): Promise<void> {
  const refs = await rows.refsOf(h);
  await Promise.all(refs.map(({ page, channel }) => subscribers.quarantine(page, channel, h, cause, at)));
}
