import { ProblemError } from '../api/problem.ts';
import { MAX_BODY_BYTES } from '../api/read-body.ts';
import type { Instant } from '../domain/time.ts';
import { isSignedBySlack } from './signature.ts';

/** The body of a request of Slack's as text. The signature is checked on the bytes as they came, before anything is read of them. */
export function readSigned(body: ArrayBuffer, headers: Headers, signingSecret: string, now: Instant): string {
  const bytes = new Uint8Array(body);
  if (bytes.byteLength > MAX_BODY_BYTES) {
    const detail = `Expected at most ${MAX_BODY_BYTES} bytes, got ${bytes.byteLength}`;
    throw new ProblemError({ status: 413, code: 'body-too-large', detail });
  }
  const by = {
    signature: headers.get('x-slack-signature') ?? '',
    timestamp: headers.get('x-slack-request-timestamp') ?? '',
  };
  if (!isSignedBySlack(signingSecret, by, bytes, now)) {
    throw new ProblemError({
      status: 403,
      code: 'unknown-source',
      detail: "Expected Slack's signature of the last five minutes, got none or another",
    });
  }
  return new TextDecoder().decode(bytes);
}
