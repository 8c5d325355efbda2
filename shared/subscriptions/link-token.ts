import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { CHANNELS, type Channel } from '../domain/channel.ts';
import type { AddressHash } from '../domain/subscriber.ts';

/** What the holder of a link may do. A token of one purpose is worth nothing for another. */
export type LinkPurpose = 'unsubscribe' | 'manage';

/** Whom a link is for: the subscriber row, never the address. */
export interface LinkTarget {
  readonly page: string;
  readonly channel: Channel;
  readonly h: AddressHash;
}

/** The key that signs, and after it those that still open what they have signed. */
export type LinkKeys = readonly [string, ...string[]];

const VERSION = 'v1';
/** 144 bits without spare ones. (ASVS 11.5.1 and RFC 2104 section 5 ask for 128 and half the hash.) */
const MAC_CHARACTERS = 24;
/** Tokens that we make are under 200 characters; longer ones are not worth a hash. */
const LONGEST_TOKEN = 400;

/**
 * Writes tokens `v1.<key id>.<payload>.<mac>`: base64url and dots, safe in a path. The same for the same subscriber and purpose;
 * a token never expires, because an unsubscribe link must work for as long as the mail is kept.
 */
export function linkTokenWriter(key: string): (purpose: LinkPurpose, target: LinkTarget) => string {
  const keyId = keyIdOf(key);
  return (purpose, { page, channel, h }) => {
    const payload = Buffer.from(`${purpose}|${page}|${channel}|${h}`).toString('base64url');
    const signed = `${VERSION}.${keyId}.${payload}`;
    return `${signed}.${macOf(key, signed)}`;
  };
}

/**
 * Whom the token is for, or undefined unless it was written for this purpose with this key, or with one of these keys (while one
 * key replaces another, both are given). The comparison takes the same time for every wrong token.
 */
export function readLinkToken(
  key: string | readonly string[],
  token: string,
  purpose: LinkPurpose,
): LinkTarget | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  const [version, keyId, payload, mac, ...rest] = token.split('.');
  if (
    version !== VERSION ||
    keyId === undefined ||
    payload === undefined ||
    mac === undefined ||
    rest.length > 0
  ) {
    return undefined;
  }
  const keys = typeof key === 'string' ? [key] : key;
  const signer = keys.find((candidate) => sameText(keyIdOf(candidate), keyId));
  if (signer === undefined || !sameText(macOf(signer, `${version}.${keyId}.${payload}`), mac))
    return undefined;

  const [claimed, page, channel, h, ...more] = Buffer.from(payload, 'base64url').toString('utf8').split('|');
  if (claimed !== purpose || page === undefined || h === undefined || more.length > 0) return undefined;
  const known = CHANNELS.find((name) => name === channel);
  return known === undefined ? undefined : { page, channel: known, h };
}

/** Names a key without giving anything of it away, so that keys can be replaced while old links live on. */
function keyIdOf(key: string): string {
  return createHash('sha256').update(`link-key-id|${key}`).digest('base64url').slice(0, 6);
}

function macOf(key: string, signed: string): string {
  return createHmac('sha256', key).update(signed).digest('base64url').slice(0, MAC_CHARACTERS);
}

/** Compares what was written, not what it decodes to: base64 has several spellings for one value. */
function sameText(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
