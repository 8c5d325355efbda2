import type { Outcome } from '../../domain/outcome.ts';
import { HOUR, type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import type { Posted } from './post-json.ts';

/** Bounds of a Retry-After: a receiver may neither hurry us nor make us forget it. */
const SHORTEST_WAIT: Millis = 5 * SECOND;
const LONGEST_WAIT: Millis = 2 * HOUR;
/** Who is slow or overloaded is left alone for a minute at least. */
const OVERLOADED: Millis = MINUTE;

/** A name may point inside for a moment while its owner moves it: the third time, it is meant. */
const REFUSALS_BEFORE_QUARANTINE = 3;

const retry = (reason: string, afterMs?: Millis): Outcome => ({
  kind: 'retry',
  cause: `webhook.${reason}`,
  ...(afterMs !== undefined && { afterMs }),
});
const quarantine = (reason: string): Outcome => ({
  kind: 'quarantine',
  cause: `webhook.${reason}`,
  scope: 'endpoint',
});

/**
 * What came of one call. Total over statuses: 2xx is told, 410 is goodbye, everything else is tried again on the schedule. A
 * call without an answer is tried again too, although it may have been processed: the receiver knows it by its `webhook-id`.
 * `id` is that id. (Source: reference, channels 4.3.)
 */
export function classify(
  posted: Posted,
  { id, attempt, now }: { id: string; attempt: number; now: Instant },
): Outcome {
  switch (posted.kind) {
    case 'refused':
      return attempt >= REFUSALS_BEFORE_QUARANTINE
        ? quarantine('private_address')
        : retry('private_address', 30 * MINUTE);
    case 'failed':
      return classifyFailure(posted.code);
    case 'answer':
      return classifyAnswer(posted, id, now);
  }
}

function classifyAnswer(
  { status, headers }: Extract<Posted, { kind: 'answer' }>,
  id: string,
  now: Instant,
): Outcome {
  const wish = headers['webhook-delivery'];
  if (wish === 'disable') return quarantine('disabled_by_receiver');
  if (status >= 200 && status < 300) return { kind: 'sent', providerId: id };
  if (wish === 'abort-message') return { kind: 'drop', cause: 'webhook.aborted_by_receiver' };
  if (status === 410) return quarantine('gone');
  if (status === 429 || status === 503) {
    // Lengthens the schedule's step and spends an attempt: an endpoint that always says "later" must come to an end.
    return retry(`http_${status}`, retryAfter(headers['retry-after'], now) ?? OVERLOADED);
  }
  if (status === 502 || status === 504) return retry(`http_${status}`, OVERLOADED);
  if (status >= 300 && status < 400) return retry('redirect_not_followed');
  return retry(`http_${status}`);
}

function classifyFailure(code: string): Outcome {
  if (code === 'TIMEOUT' || code === 'ETIMEDOUT') return retry('timeout', OVERLOADED);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return retry('dns');
  if (code === 'ECONNREFUSED') return retry('refused');
  if (code === 'ECONNRESET' || code === 'EPIPE') return retry('reset');
  if (/CERT|TLS|SSL|LEAF_SIGNATURE|EPROTO/.test(code)) return retry('tls');
  return retry(/^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : 'network');
}

/**
 * A Retry-After in seconds or as a date (RFC 9110, 10.2.3), held between 5 s and 2 h. Undefined when there is none or it says
 * nothing.
 */
export function retryAfter(value: string | undefined, now: Instant): Millis | undefined {
  if (value === undefined || value.length > 40) return undefined;
  const wait = /^\s*\d+\s*$/.test(value) ? Number(value) * SECOND : Date.parse(value) - now;
  return Number.isNaN(wait) ? undefined : Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, wait));
}
