import { ProblemError } from '../api/problem.ts';
import type { Instant } from '../domain/time.ts';
import { isSignedBySlack } from './signature.ts';

export function isSigned(bytes: Uint8Array, headers: Headers, signingSecret: string, now: Instant): boolean {
  const by = {
    signature: headers.get('x-slack-signature') ?? '',
    timestamp: headers.get('x-slack-request-timestamp') ?? '',
  };
  return isSignedBySlack(signingSecret, by, bytes, now);
}

/** The body of a request of Slack's as text. The signature is checked on the bytes as they came, before anything is read of them. */
export function readSigned(bytes: Uint8Array, headers: Headers, signingSecret: string, now: Instant): string {
  if (!isSigned(bytes, headers, signingSecret, now)) {
    throw new ProblemError({
      status: 403,
      code: 'unknown-source',
      detail: "Expected Slack's signature of the last five minutes, got none or another",
    });
  }
  return new TextDecoder().decode(bytes);
}
