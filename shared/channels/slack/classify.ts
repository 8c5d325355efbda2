import {
  SlackError,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import type { Outcome } from '../../domain/outcome.ts';
import { HOUR, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import { socketCode, surelyNotSent } from '../socket-errors.ts';

type Meaning =
  | 'installation'
  | 'endpoint'
  | 'unreachable'
  | 'format'
  | 'throttled'
  | 'full'
  | 'slow'
  | 'again'
  | 'doubt'
  | 'duplicate';

/** Slack's error words by what they mean. Words of threads: `threadFault`. (Source: docs.slack.dev, `chat.postMessage`.) */
const WORDS: Readonly<Record<Meaning, readonly string[]>> = {
  installation: [
    'account_inactive',
    'token_revoked',
    // No rotation of tokens: an expired one stays expired.
    'token_expired',
    'invalid_auth',
    'not_authed',
    'team_not_found',
    'app_access_restricted',
    'access_denied',
    'not_allowed_token_type',
    'missing_scope',
    'two_factor_setup_required',
    'is_bot',
  ],
  // A bot is removed by mistake, and invited back. Three failures over a day (`STRIKE_RULES`).
  unreachable: ['channel_not_found', 'not_in_channel'],
  endpoint: [
    'is_archived',
    'no_permission',
    'restricted_action',
    'restricted_action_read_only_channel',
    'restricted_action_thread_only_channel',
    'restricted_action_non_threadable_channel',
    'ekm_access_denied',
    'messages_tab_disabled',
  ],
  format: [
    'invalid_blocks',
    'invalid_blocks_format',
    'msg_blocks_too_long',
    'no_text',
    'msg_too_long',
    'markdown_text_conflict',
    'metadata_too_large',
    'metadata_must_be_sent_from_app',
    'invalid_metadata_format',
    'invalid_metadata_schema',
    'too_many_attachments',
    'attachment_payload_limit_exceeded',
    'invalid_arg_name',
    'invalid_arguments',
  ],
  throttled: ['ratelimited', 'rate_limited'],
  full: ['message_limit_exceeded'],
  slow: [
    'org_login_required',
    'team_added_to_org',
    'external_channel_migrating',
    'accesslimited',
    'update_failed',
  ],
  again: ['service_unavailable', 'request_timeout'],
  doubt: ['fatal_error', 'internal_error'],
  // Slack has had this client_msg_id before: the message is there, or was.
  duplicate: ['duplicate_message_not_found', 'duplicate_channel_not_found'],
};

const MEANING: ReadonlyMap<string, Meaning> = new Map(
  (Object.keys(WORDS) as Meaning[]).flatMap((meaning) =>
    WORDS[meaning].map((word): [string, Meaning] => [word, meaning]),
  ),
);

/** A 429 without a number of seconds. */
const UNKNOWN_WAIT: Millis = 30 * SECOND;
const SLOW: Millis = 15 * MINUTE;

const UNREADABLE: Outcome = { kind: 'inDoubt', cause: 'slack.unreadable_answer' };

/**
 * What an error of `chat.postMessage` means. Total: a word that nobody knows is a refusal, and a refusal was surely not sent;
 * what is no answer of Slack's may have been.
 */
export function classify(error: unknown): Outcome {
  if (error instanceof WebAPIRateLimitedError)
    return throttled('slack.ratelimited', error.retryAfter * SECOND);
  if (error instanceof WebAPIPlatformError) return classifyWord(error.data.error);
  if (error instanceof WebAPIHTTPError) return classifyHttp(error);
  if (error instanceof WebAPIRequestError) {
    const cause = `slack.${socketCode(error) ?? 'no_answer'}`;
    return surelyNotSent(error)
      ? { kind: 'backoff', cause, scope: 'sender', afterMs: SECOND }
      : { kind: 'inDoubt', cause };
  }
  // The client has no error class for a 429 without Retry-After, only these words. (web-api 8.2, WebClient.js)
  if (
    error instanceof Error &&
    !(error instanceof SlackError) &&
    error.message.startsWith('Retry header did not')
  ) {
    return throttled('slack.ratelimited', UNKNOWN_WAIT);
  }
  return UNREADABLE;
}

/**
 * What one of Slack's error words means. The client gives an answer that is no JSON, such as the page of a proxy, as an error word
 * as well: it says nothing of what Slack did.
 */
export function classifyWord(word: string): Outcome {
  if (!/^[a-z0-9_]{1,64}$/.test(word)) return UNREADABLE;
  const cause = `slack.${word}`;
  switch (meaningOf(word)) {
    case 'installation':
      return { kind: 'quarantine', cause, scope: 'installation' };
    case 'endpoint':
      return { kind: 'quarantine', cause, scope: 'endpoint' };
    case 'unreachable':
      return { kind: 'retry', cause, afterMs: SLOW, strike: 'slack.unreachable' };
    case 'format':
      return { kind: 'drop', cause };
    case 'throttled':
      return throttled(cause, UNKNOWN_WAIT);
    case 'full':
      return { kind: 'backoff', cause, scope: 'installation', afterMs: HOUR };
    case 'slow':
      return { kind: 'retry', cause, afterMs: SLOW };
    case 'doubt':
      return { kind: 'inDoubt', cause };
    case 'duplicate':
      return { kind: 'sent', providerId: word };
    case 'again':
    case undefined:
      return { kind: 'retry', cause };
  }
}

/** Whether Slack found fault with the form of the message, so that plain text may pass where blocks did not. */
export function isFormatFault(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && meaningOf(error.data.error) === 'format';
}

/** Whether the fault is in what people do not see: without it the message may pass. */
export function isMetadataFault(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && /^(invalid_)?metadata_/.test(error.data.error);
}

const LOST = [
  'message_not_found',
  'thread_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
];
const FROZEN = ['cant_update_message', 'edit_window_closed', 'is_inactive'];

/**
 * What an error says of the thread: `lost`, the root is gone or takes no reply and a new one is due; `frozen`, the root cannot be
 * edited any more; undefined, nothing.
 */
export function threadFault(error: unknown): 'lost' | 'frozen' | undefined {
  if (!(error instanceof WebAPIPlatformError)) return undefined;
  if (LOST.includes(error.data.error)) return 'lost';
  return FROZEN.includes(error.data.error) ? 'frozen' : undefined;
}

function meaningOf(word: string): Meaning | undefined {
  return MEANING.get(word) ?? (/^(invalid_)?metadata_/.test(word) ? 'format' : undefined);
}

function classifyHttp({ statusCode, body }: WebAPIHTTPError): Outcome {
  const cause = `slack.http_${statusCode}`;
  // Slack's own word for "not taken"; a 503 of anybody on the way says nothing.
  if (statusCode === 503 && JSON.stringify(body ?? '').includes('service_unavailable'))
    return { kind: 'retry', cause };
  return statusCode >= 400 && statusCode < 500 ? { kind: 'retry', cause } : { kind: 'inDoubt', cause };
}

function throttled(cause: string, afterMs: Millis): Outcome {
  return { kind: 'backoff', cause, scope: 'endpoint', afterMs };
}
