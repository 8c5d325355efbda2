import { isoTime, utcTimeOfDay } from '../../channels/text/utc.ts';
import type { Instant } from '../../domain/time.ts';
import type { SignedUp } from '../../subscriptions/sign-up.ts';

type Who = Extract<SignedUp, { kind: 'tooMany' }>['who'];

/** A limit as words above the form, and as a status that programs know. It says nothing of any address. */
export function tooManyNotice(
  who: Who,
  until: Instant,
  now: Instant,
): { readonly notice: string; readonly status: 429; readonly headers: Readonly<Record<string, string>> } {
  // The end of the minute: a time of day has no seconds.
  const seconds = Math.max(1, Math.ceil((until - now) / 1_000));
  const time = utcTimeOfDay(isoTime(until + 59_999));
  return {
    status: 429,
    notice: `${REASONS[who]} Please try again after ${time}. Nothing was sent, and what you filled in is still here.`,
    headers: { 'retry-after': String(seconds) },
  };
}

const REASONS: Readonly<Record<Who, string>> = {
  client: 'Too many sign-ups came from your network.',
  page: 'Very many people are signing up right now.',
  everybody: 'Very many people are signing up right now.',
  smsPageBudget: 'We have sent all the texts that we may send today. Email works.',
  smsBudget: 'We have sent all the texts that we may send today. Email works.',
  numberRange:
    'Texts to numbers like yours are paused, because too many codes were not entered. Email works.',
};
