import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { classify, isFormatFault, threadFault } from '../../../shared/channels/slack/classify.ts';

const platform = (error: string) => new WebAPIPlatformError({ ok: false, error });
const socket = (code: string) => new WebAPIRequestError(Object.assign(new Error('x'), { code }));
const short = (error: unknown) =>
  Object.entries(classify(error))
    .filter(([name]) => name !== 'cause')
    .map(([, value]) => value)
    .join(' ');

describe("Slack's words", () => {
  const table: Readonly<Record<string, string>> = {
    'quarantine installation':
      'account_inactive token_revoked invalid_auth not_authed team_not_found app_access_restricted access_denied not_allowed_token_type missing_scope two_factor_setup_required is_bot token_expired',
    'quarantine endpoint':
      'is_archived no_permission restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel restricted_action_non_threadable_channel ekm_access_denied messages_tab_disabled',
    'retry 900000 slack.unreachable': 'channel_not_found not_in_channel',
    drop: 'invalid_blocks invalid_blocks_format msg_blocks_too_long no_text msg_too_long markdown_text_conflict metadata_too_large metadata_must_be_sent_from_app invalid_metadata_format invalid_metadata_schema too_many_attachments attachment_payload_limit_exceeded invalid_arg_name invalid_arguments',
    'backoff endpoint 30000': 'ratelimited rate_limited',
    'backoff installation 3600000': 'message_limit_exceeded',
    'retry 900000':
      'org_login_required team_added_to_org external_channel_migrating accesslimited update_failed',
    retry:
      'service_unavailable request_timeout a_word_of_tomorrow restricted_action_thread_locked cannot_reply_to_message message_not_found cant_update_message edit_window_closed is_inactive',
    inDoubt: 'fatal_error internal_error',
  };
  for (const [outcome, words] of Object.entries(table)) {
    test.each(words.split(' '))(`%s is ${outcome}`, (word) => expect(short(platform(word))).toBe(outcome));
  }

  test('a client_msg_id that Slack knows was told before', () => {
    expect(classify(platform('duplicate_message_not_found')).kind).toBe('sent');
  });

  test('of threads', () => {
    for (const word of [
      'message_not_found',
      'thread_not_found',
      'cannot_reply_to_message',
      'restricted_action_thread_locked',
    ]) {
      expect(threadFault(platform(word))).toBe('lost');
    }
    for (const word of ['cant_update_message', 'edit_window_closed', 'is_inactive']) {
      expect(threadFault(platform(word))).toBe('frozen');
    }
    expect(threadFault(platform('is_archived'))).toBeUndefined();
  });

  test('of form', () => {
    expect(isFormatFault(platform('invalid_blocks'))).toBe(true);
    expect(isFormatFault(platform('channel_not_found'))).toBe(false);
  });
});

test.each([
  [new WebAPIRateLimitedError(7), 'backoff endpoint 7000'],
  [
    new Error('Retry header did not contain a valid timeout (url: x, retry-after header: null)'),
    'backoff endpoint 30000',
  ],
  [new WebAPIHTTPError(500, 'x', {}), 'inDoubt'],
  [new WebAPIHTTPError(503, 'x', {}, '<html>'), 'inDoubt'],
  [new WebAPIHTTPError(503, 'x', {}, '{"ok":false,"error":"service_unavailable"}'), 'retry'],
  [new WebAPIHTTPError(413, 'x', {}), 'retry'],
  [socket('ECONNREFUSED'), 'backoff sender 1000'],
  [socket('CONNECT_TIMEOUT'), 'backoff sender 1000'],
  [socket('ECONNRESET'), 'inDoubt'],
  [socket('ETIMEDOUT'), 'inDoubt'],
  [new SyntaxError('Unexpected token'), 'inDoubt'],
  [undefined, 'inDoubt'],
])('%s is %s', (error, outcome) => expect(short(error)).toBe(outcome));
