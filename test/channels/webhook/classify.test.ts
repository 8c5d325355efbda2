import { describe, expect, test } from 'vitest';
import { classify, retryAfter } from '../../../shared/channels/webhook/classify.ts';
import type { Posted } from '../../../shared/channels/webhook/post-json.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const answer = (status: number, headers = {}): Posted => ({ kind: 'answer', status, headers, body: '' });
const failed = (code: string): Posted => ({ kind: 'failed', code });
const refused: Posted = { kind: 'refused', reason: 'privateAddress' };
const show = (posted: Posted) => {
  const { kind, ...outcome } = classify(posted, { id: 'msg_x', now: NOW });
  const { strike: rule, ...said } = { strike: undefined, ...outcome };
  if (kind === 'retry') expect(rule).toMatch(/^webhook\./);
  return [kind, ...Object.values(said)].join(' ');
};

describe('an answer', () => {
  test.each([
    [200, {}, 'sent msg_x'],
    [204, {}, 'sent msg_x'],
    [299, {}, 'sent msg_x'],
    [200, { 'webhook-delivery': 'disable' }, 'quarantine webhook.disabled_by_receiver endpoint'],
    [500, { 'webhook-delivery': 'disable' }, 'quarantine webhook.disabled_by_receiver endpoint'],
    [500, { 'webhook-delivery': 'abort-message' }, 'drop webhook.aborted_by_receiver'],
    [410, {}, 'quarantine webhook.gone endpoint'],
    [429, { 'retry-after': '120' }, 'retry webhook.http_429 120000'],
    [429, { 'retry-after': '1' }, 'retry webhook.http_429 5000'],
    [503, { 'retry-after': '999999' }, 'retry webhook.http_503 7200000'],
    [503, { 'retry-after': new Date(NOW + 90_000).toUTCString() }, 'retry webhook.http_503 90000'],
    [429, {}, 'retry webhook.http_429 60000'],
    [503, { 'retry-after': 'soon' }, 'retry webhook.http_503 60000'],
    [502, {}, 'retry webhook.http_502 60000'],
    [504, {}, 'retry webhook.http_504 60000'],
    ...[301, 302, 303, 307, 308].map((status): [number, object, string] => [
      status,
      { location: 'https://elsewhere.example/' },
      'retry webhook.redirect_not_followed',
    ]),
    // Who says no is asked six times instead of ten.
    ...[400, 401, 403, 404, 405, 413, 415, 422].map((status): [number, object, string] => [
      status,
      {},
      `retry webhook.http_${status} true`,
    ]),
    ...[408, 425, 500, 101, 0, 999].map((status): [number, object, string] => [
      status,
      {},
      `retry webhook.http_${status}`,
    ]),
  ])('%i %o is %s', (status, headers, outcome) => expect(show(answer(status, headers))).toBe(outcome));
});

test.each([
  ['TIMEOUT', 'retry webhook.timeout 60000'],
  ['ETIMEDOUT', 'retry webhook.timeout 60000'],
  ['ENOTFOUND', 'retry webhook.dns'],
  ['EAI_AGAIN', 'retry webhook.dns'],
  ['ECONNREFUSED', 'retry webhook.refused'],
  ['ECONNRESET', 'retry webhook.reset'],
  ['CERT_HAS_EXPIRED', 'retry webhook.tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'retry webhook.tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'retry webhook.tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'retry webhook.tls'],
  ['HPE_HEADER_OVERFLOW', 'retry webhook.HPE_HEADER_OVERFLOW'],
  ['something odd', 'retry webhook.network'],
])('no answer for %s is %s', (code, outcome) => expect(show(failed(code))).toBe(outcome));

test('an address that is refused counts for itself: the third time, it is meant', () => {
  expect(classify(refused, { id: 'msg_x', now: NOW })).toEqual({
    kind: 'retry',
    cause: 'webhook.private_address',
    strike: 'webhook.private_address',
    afterMs: 1_800_000,
  });
});

test('Retry-After of the past, of nonsense, of nothing', () => {
  expect(retryAfter(new Date(NOW - 1).toUTCString(), NOW)).toBe(5_000);
  expect(retryAfter('-5', NOW)).toBeTypeOf('number');
  expect(retryAfter('9'.repeat(100), NOW)).toBeUndefined();
  expect(retryAfter(undefined, NOW)).toBeUndefined();
});
