import type { Outcome } from '../domain/outcome.ts';
import { DAY, HOUR, type Instant, type Millis } from '../domain/time.ts';
import type { CodeTallyStore } from '../store/code-tallies.ts';
import { subjectOf } from './limits.ts';
import { LIFETIME } from './proof.ts';

export interface NumberGuardDependencies {
  readonly tallies: Pick<CodeTallyStore, 'add' | 'sum'>;
}

export type NumberGuard = ReturnType<typeof numberGuard>;

/**
 * Codes are asked for by people, who type them in, and by programs that are paid for each text that arrives. So a part of the world
 * whose codes do not come back gets none for a while. Rules of ours: docs/sms.md.
 *
 * | numbers that share            | closed when                                    | opens again            |
 * |-------------------------------|------------------------------------------------|------------------------|
 * | calling code (+1: area code)  | 20 codes in an hour, under 20 % entered        | as the hour moves on   |
 * | all but the last four digits  | 5 codes in an hour, under 20 % entered         | as the hour moves on   |
 * | the same                      | the provider took 3 of them for pumping        | the next day           |
 *
 * Only codes that have had their ten minutes count, so that a rush of people is no attack because it has just begun.
 */
const ENOUGH_ENTERED = 0.2;
const LEAST_OF_AREA = 20;
const LEAST_OF_BLOCK = 5;
const MOST_PUMPING = 3;

/** Source: twilio.com/docs/api/errors. */
const PUMPING: readonly string[] = ['sms.30450', 'sms.30453'];

/** A code is counted with those of its ten minutes, which is as long as it lives. */
const SPAN: Millis = LIFETIME.code;
const SPANS = HOUR / SPAN;

export function numberGuard({ tallies }: NumberGuardDependencies) {
  async function add(phone: string, sentAt: Instant, what: 'sent' | 'entered'): Promise<void> {
    await Promise.all(subjectsOf(phone).map((subject) => tallies.add(subject, startOf(sentAt, SPAN), what)));
  }

  /** The provider refused a text because it takes the number for one that is paid for receiving texts. */
  async function notePumping(phone: string, at: Instant): Promise<void> {
    await tallies.add(pumpingSubject(phone), startOf(at, DAY), 'pumping');
  }

  return {
    /** What came of sending a code. */
    async noteCode(phone: string, outcome: Outcome, at: Instant): Promise<void> {
      if (outcome.kind === 'sent') await add(phone, at, 'sent');
      else if ('cause' in outcome && PUMPING.includes(outcome.cause)) await notePumping(phone, at);
    },

    /** The code that was sent then has come back. */
    codeEntered: (phone: string, sentAt: Instant) => add(phone, sentAt, 'entered'),

    notePumping,

    /** Until when numbers like this one get no codes, or undefined when they do. Says nothing of the number itself. */
    async closedUntil(phone: string, now: Instant): Promise<Instant | undefined> {
      const newest = startOf(now - LIFETIME.code, SPAN) - SPAN;
      const spans = Array.from({ length: SPANS }, (_, index) => newest - index * SPAN);
      const today = startOf(now, DAY);
      const [[refused], [area, block]] = await Promise.all([
        tallies.sum([pumpingSubject(phone)], [today]),
        tallies.sum(subjectsOf(phone), spans),
      ]);
      if (refused !== undefined && refused.pumping >= MOST_PUMPING) return today + DAY;
      const closed = isSuspicious(area, LEAST_OF_AREA) || isSuspicious(block, LEAST_OF_BLOCK);
      return closed ? now + HOUR : undefined;
    },
  };
}

function isSuspicious(tally: { sent: number; entered: number } | undefined, least: number): boolean {
  return tally !== undefined && tally.sent >= least && tally.entered < tally.sent * ENOUGH_ENTERED;
}

/** As digests: counters hold no number. */
function subjectsOf(phone: string): readonly [string, string] {
  return [subjectOf('area', areaOf(phone)), subjectOf('block', phone.slice(0, -4))];
}

function pumpingSubject(phone: string): string {
  return subjectOf('pumping', phone.slice(0, -4));
}

function startOf(at: Instant, span: Millis): Instant {
  return Math.floor(at / span) * span;
}

/** Calling codes of two digits; those that begin with 1 or 7 have one, all others three. (ITU-T E.164, list of assigned codes.) */
const TWO_DIGITS = /^\+(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** The country, nearly: where +1 is shared by some twenty, the area code says which. */
export function areaOf(phone: string): string {
  if (phone.startsWith('+1')) return phone.slice(0, 5);
  if (phone.startsWith('+7')) return '+7';
  return phone.slice(0, TWO_DIGITS.test(phone) ? 3 : 4);
}
