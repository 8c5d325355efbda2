/**
 * What stands against an address: failures that its owner may be able to mend. Some causes are no reason to give an address up at
 * once (an endpoint is being deployed, a bot was removed by mistake, a mailbox is full), and none to go on for ever. Strikes stand
 * in the subscriber's row, so whoever is about to call reads them for nothing; a success wipes them out.
 */
import type { Cause } from './cause.ts';
import { DAY, HOUR, type Instant, type Millis } from './time.ts';

export interface Strikes {
  readonly rule: StrikeRule;
  /** Of the latest failure. */
  readonly cause: Cause;
  readonly since: Instant;
  readonly lastAt: Instant;
  readonly failures: number;
  /** The first few distinct things that failed, as the rule counts them: updates, or incidents. */
  readonly about: readonly string[];
  /** When the owner was told that it goes wrong, and not yet given up. */
  readonly warnedAt?: Instant;
}

/** When enough is enough: all three must be reached. */
interface Limits {
  readonly failures: number;
  readonly overMs: Millis;
  /** Distinct updates (email: incidents) that failed: one message a month must not cost an address its subscription. */
  readonly about: number;
  /** The owner is warned after this long, where there is one to warn. */
  readonly warnAfterMs?: Millis;
  /** Failures are counted within this time from the first; after it the next one is a first. */
  readonly withinMs?: Millis;
  /** The provider accepts the message first and reports the failure later: its acceptance forgives nothing. */
  readonly reportedLater?: true;
}

/** Rules of ours; what an operator sees of them is in docs/email.md, docs/sms.md, docs/slack.md and docs/webhooks.md. */
export const STRIKE_RULES = {
  'webhook.failing': { failures: 3, overMs: 120 * HOUR, about: 3, warnAfterMs: 24 * HOUR },
  'webhook.private_address': { failures: 3, overMs: 0, about: 1 },
  'webhook.unreachable': { failures: 3, overMs: 24 * HOUR, about: 1 },
  'slack.unreachable': { failures: 3, overMs: 24 * HOUR, about: 1 },
  'email.softBounce': { failures: 5, overMs: 0, about: 3, withinMs: 30 * DAY, reportedLater: true },
  'sms.unreachable': { failures: 5, overMs: 14 * DAY, about: 1, reportedLater: true },
  'sms.blocked': { failures: 2, overMs: 0, about: 1, reportedLater: true },
} as const satisfies Record<string, Limits>;

export type StrikeRule = keyof typeof STRIKE_RULES;

/** One failure that counts against an address. */
export interface Strike {
  readonly rule: StrikeRule;
  readonly cause: Cause;
  /** The update (email: the incident) that failed. */
  readonly about: string;
}

/** `warn`: tell the owner that it goes wrong. `giveUp`: quarantine. Each is returned once. */
export type Verdict = 'carryOn' | 'warn' | 'giveUp';

/** The strikes after one more, and what they come to. A strike under another rule starts anew. */
export function strike(
  seen: Strikes | undefined,
  { rule, cause, about }: Strike,
  now: Instant,
): { readonly next: Strikes; readonly verdict: Verdict } {
  const limits: Limits = STRIKE_RULES[rule];
  const holds =
    seen !== undefined &&
    seen.rule === rule &&
    now - seen.since <= (limits.withinMs ?? Number.POSITIVE_INFINITY);
  const before = holds ? seen : { rule, cause, since: now, lastAt: now, failures: 0, about: [] };
  const isNew = !before.about.includes(about) && before.about.length < limits.about;
  const counted: Strikes = {
    ...before,
    cause,
    lastAt: Math.max(before.lastAt, now),
    failures: before.failures + 1,
    about: isNew ? [...before.about, about] : before.about,
  };
  const lasted = counted.lastAt - counted.since;
  if (
    counted.failures >= limits.failures &&
    lasted >= limits.overMs &&
    counted.about.length >= limits.about
  ) {
    return { next: counted, verdict: 'giveUp' };
  }
  const { warnAfterMs } = limits;
  if (warnAfterMs !== undefined && counted.warnedAt === undefined && lasted >= warnAfterMs) {
    return { next: { ...counted, warnedAt: now }, verdict: 'warn' };
  }
  return { next: counted, verdict: 'carryOn' };
}

/** Whether a message that the provider has accepted wipes these out. */
export function endWithAcceptance({ rule }: Strikes): boolean {
  const limits: Limits = STRIKE_RULES[rule];
  return limits.reportedLater === undefined;
}

/** Failures in a row after which an endpoint counts as failing: it gets one call at a time. */
export const FAILING_AFTER = 5;

export function isFailing(strikes: Strikes | undefined): boolean {
  return strikes !== undefined && strikes.rule === 'webhook.failing' && strikes.failures >= FAILING_AFTER;
}
