import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ID_PATTERN } from '../domain/id.ts';
import { type Instant, MINUTE, type Millis } from '../domain/time.ts';

/** How long somebody may take between "Add to Slack" and Slack's answer. */
export const STATE_LASTS: Millis = 10 * MINUTE;

export interface InstallState {
  readonly page: string;
  /** Unguessable and unique: used once. */
  readonly nonce: string;
  readonly expiresAt: Instant;
}

export type StateFault = 'forged' | 'foreign' | 'expired';

/**
 * The `state` of an installation: `<page>.<nonce>.<expiry>.<mac>.<mac with the cookie>`. Bound to the value of a cookie, so that
 * it is worth nothing in another browser; nothing is stored until it is used.
 */
export function writeState(key: string, { page, nonce, expiresAt }: InstallState, cookie: string): string {
  const content = `${page}.${nonce}.${expiresAt.toString(36)}`;
  return `${content}.${macOf(key, 'state', content)}.${macOf(key, 'bound', `${content}|${cookie}`)}`;
}

/** The state, or why it is no good: not ours, another browser's, or too old. Whether it was used is not looked at. */
export function readState(
  key: string,
  text: string,
  cookie: string,
  now: Instant,
): InstallState | { readonly fault: StateFault } {
  const [page = '', nonce = '', expiry = '', mac = '', bound = '', ...rest] =
    text.length > 400 ? [] : text.split('.');
  const content = `${page}.${nonce}.${expiry}`;
  if (rest.length > 0 || !ID_PATTERN.test(page) || !isSame(macOf(key, 'state', content), mac))
    return { fault: 'forged' };
  if (cookie === '' || !isSame(macOf(key, 'bound', `${content}|${cookie}`), bound))
    return { fault: 'foreign' };
  const expiresAt = Number.parseInt(expiry, 36);
  if (!(now < expiresAt)) return { fault: 'expired' };
  return { page, nonce, expiresAt };
}

function macOf(key: string, purpose: string, content: string): string {
  if (key === '') throw new Error('Expected a key to sign with, got an empty one');
  const own = Buffer.from(hkdfSync('sha256', key, '', `incident-fanout slack ${purpose} v1`, 32));
  return createHmac('sha256', own).update(content).digest('base64url');
}

function isSame(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
