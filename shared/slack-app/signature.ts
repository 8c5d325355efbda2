import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Instant, MINUTE, SECOND } from '../domain/time.ts';

/** A request's age, and how far its clock may be ahead of ours. (docs.slack.dev, verifying requests from Slack.) */
const TOLERANCE = 5 * MINUTE;

/** What Slack says of a request, beside the request itself. Header names are X-Slack-Signature and X-Slack-Request-Timestamp. */
export interface SignedBy {
  readonly signature: string;
  readonly timestamp: string;
}

/**
 * Whether Slack signed exactly these bytes within five minutes of `now`. Takes the same time for every wrong signature.
 * Throws on an empty secret: everybody could sign with it.
 */
export function isSignedBySlack(
  secret: string,
  { signature, timestamp }: SignedBy,
  body: Uint8Array,
  now: Instant,
): boolean {
  if (secret === '') throw new Error('Expected a signing secret, got an empty one');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp) * SECOND) > TOLERANCE) return false;
  const expected = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
  const [a, b] = [Buffer.from(expected), Buffer.from(signature)];
  return a.length === b.length && timingSafeEqual(a, b);
}
