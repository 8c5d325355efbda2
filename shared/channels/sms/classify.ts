import type { Outcome } from '../../domain/outcome.ts';
import { DAY, HOUR, type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import { socketCode, surelyNotSent } from '../socket-errors.ts';

type Meaning =
  | 'throttled'
  | 'queueFull'
  | 'minuteLimit'
  | 'hourLimit'
  | 'dayLimit'
  | 'account'
  | 'optedOut'
  | 'invalidNumber'
  | 'fraudBlock'
  | 'drop';

/** Twilio's codes in the answer to a send. (Source: twilio.com/docs/api/errors.) */
const MEANING: Readonly<Record<number, Meaning>> = {
  20429: 'throttled',
  20003: 'account',
  20005: 'account',
  20006: 'account',
  20008: 'account',
  // Account, service or sender that is not there, or not ours; a callback address that Twilio does not take.
  20404: 'account',
  21609: 'account',
  21660: 'account',
  21701: 'account',
  21704: 'account',
  21705: 'account',
  30002: 'account',
  21606: 'account',
  21401: 'account',
  21603: 'account',
  21703: 'account',
  21610: 'optedOut',
  21211: 'invalidNumber',
  21614: 'invalidNumber',
  21635: 'invalidNumber',
  21217: 'invalidNumber',
  // Not the subscriber's fault: our numbers may not write to theirs.
  21408: 'drop',
  21612: 'drop',
  30649: 'drop',
  21608: 'drop',
  21617: 'drop',
  21602: 'drop',
  // A loop guard: thirty messages between two numbers in half a minute.
  14107: 'drop',
  21611: 'queueFull',
  30001: 'queueFull',
  30022: 'minuteLimit',
  60728: 'hourLimit',
  63038: 'dayLimit',
  30450: 'fraudBlock',
  30453: 'fraudBlock',
};

/** How long the channel waits before it looks whether the operator has mended the account. */
const ACCOUNT_CHECK: Millis = 5 * MINUTE;

/**
 * What an error of Twilio's `messages.create` means. Total: every other 4xx was surely not sent, and everything else may have
 * been. The two error classes of the SDK differ in all but `status` and `code`, and neither has headers.
 */
export function classify(error: unknown, now: Instant): Outcome {
  const { status, code } = answerOf(error);
  const meaning = code === undefined ? undefined : MEANING[code];
  if (meaning !== undefined) return outcomeOf(meaning, `sms.${code}`, now);
  if (status === 429) return outcomeOf('throttled', 'sms.429', now);
  // Who is not let in, or asks for what is not there, is wrong with every text: the recipients have nothing to do with it.
  if (status === 401 || status === 403 || status === 404) {
    return outcomeOf('account', `sms.${code ?? status}`, now);
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return { kind: 'retry', cause: `sms.${code ?? status}` };
  }
  if (surelyNotSent(error)) return backoff(`sms.${socketCode(error) ?? 'unreachable'}`, SECOND);
  return { kind: 'inDoubt', cause: `sms.${status ?? socketCode(error) ?? 'unknown'}` };
}

function outcomeOf(meaning: Meaning, cause: string, now: Instant): Outcome {
  switch (meaning) {
    case 'throttled':
      return backoff(cause, SECOND);
    case 'queueFull':
      return backoff(cause, 10 * MINUTE);
    case 'minuteLimit':
      return backoff(cause, MINUTE);
    case 'hourLimit':
      return backoff(cause, HOUR);
    case 'dayLimit':
      return backoff(cause, DAY - (now % DAY));
    case 'account':
      return { kind: 'halt', cause, afterMs: ACCOUNT_CHECK };
    case 'optedOut':
    case 'invalidNumber':
    case 'fraudBlock':
      return { kind: 'quarantine', cause, scope: 'recipient' };
    case 'drop':
      return { kind: 'drop', cause };
  }
}

function backoff(cause: string, afterMs: Millis): Outcome {
  return { kind: 'backoff', cause, scope: 'sender', afterMs };
}

function answerOf(error: unknown): { status: number | undefined; code: number | undefined } {
  if (!(error instanceof Error)) return { status: undefined, code: undefined };
  const number = (value: unknown) => (typeof value === 'number' && value > 0 ? value : undefined);
  return {
    status: number('status' in error ? error.status : undefined),
    code: number('code' in error ? error.code : undefined),
  };
}
