import type { Outcome } from '../../domain/outcome.ts';
import { HOUR, type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import type { Posted } from './post-json.ts';

/** Bounds of a Retry-After: a receiver may neither hurry us nor make us forget it. */
const SHORTEST_WAIT: Millis = 5 * SECOND;
const LONGEST_WAIT: Millis = 2 * HOUR;
/** Who is slow or overloaded is left alone for a minute at least. */
const OVERLOADED: Millis = MINUTE;

/** A name may point inside for a moment while its owner moves it. */
const WHILE_MOVING: Millis = 30 * MINUTE;

/** The receiver has understood, and says no. */
const SAYS_NO = new Set([400, 401, 403, 404, 405, 413, 415, 422]);

/** Each counts against the endpoint: it is warned of, and given up in the end (`domain/strikes.ts`). */
const retry = (
  reason: string,
  more: { readonly afterMs?: Millis; readonly lasting?: true } = {},
): Outcome => ({
  kind: 'retry',
  cause: `webhook.${reason}`,
  strike: 'webhook.failing',
  ...more,
});
const quarantine = (reason: string): Outcome => ({
  kind: 'quarantine',
  cause: `webhook.${reason}`,
  scope: 'endpoint',
});

/**
 * What came of one call. Total over statuses: 2xx is told, 410 is goodbye, everything else is tried again on the schedule. A
 * call without an answer is tried again too, although it may have been processed: the receiver knows it by its `webhook-id`.
 * `id` is that id. The table for endpoints' owners: docs/webhooks.md.
 */
export function classify(posted: Posted, { id, now }: { id: string; now: Instant }): Outcome {
  switch (posted.kind) {
    case 'refused':
      return {
        kind: 'retry',
        cause: 'webhook.private_address',
        strike: 'webhook.private_address',
        afterMs: WHILE_MOVING,
      };
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
    const afterMs = retryAfter(headers['retry-after'], now) ?? OVERLOADED;
    return retry(`http_${status}`, { afterMs });
  }
  if (status === 502 || status === 504) return retry(`http_${status}`, { afterMs: OVERLOADED });
  if (status >= 300 && status < 400) return retry('redirect_not_followed');
  return retry(`http_${status}`, SAYS_NO.has(status) ? { lasting: true } : {});
}

function classifyFailure(code: string): Outcome {
  if (code === 'TIMEOUT' || code === 'ETIMEDOUT') return retry('timeout', { afterMs: OVERLOADED });
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
