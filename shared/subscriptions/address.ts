import { createHmac } from 'node:crypto';
import { domainToASCII } from 'node:url';
import parsePhoneNumber from 'libphonenumber-js/min';
import type { Address, AddressHash } from '../domain/subscriber.ts';

/** An address as it will be used, or what is wrong with it, in words for its owner. */
export type Normalised =
  | {
      readonly address: Address;
      /** Of webhooks, when one was named or the address tells. */
      readonly format?: string;
    }
  | { readonly fault: string };

/** Longest local part and domain that SMTP carries (RFC 5321 4.5.3.1). */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 253;

/** A dot-atom of RFC 5321: no quotes, comments or folding. ASCII only, as SES speaks no SMTPUTF8. */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** An email address with its domain in lower-case Punycode. The local part is its owner's business and stays. */
export function normaliseEmail(text: string): Normalised {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, Math.max(0, at));
  const domain = domainToASCII(trimmed.slice(at + 1)).toLowerCase();
  const wellFormed =
    at > 0 &&
    local.length <= LONGEST_LOCAL &&
    domain.length <= LONGEST_DOMAIN &&
    LOCAL_PART.test(local) &&
    DOMAIN.test(domain);
  if (!wellFormed) return { fault: 'Expected an email address such as name@example.com, got another text' };
  return { address: { channel: 'email', email: `${local}@${domain}` } };
}

/** A phone number in E.164. Expects the international form; which country's number is not guessed. */
export function normalisePhone(text: string): Normalised {
  const parsed = parsePhoneNumber(text.trim());
  if (parsed === undefined || !parsed.isPossible() || !/^\+[1-9]\d{6,14}$/.test(parsed.number)) {
    return { fault: 'Expected a phone number in international form such as +33612345678, got another text' };
  }
  return { address: { channel: 'sms', phone: parsed.number } };
}

/**
 * `h` of an address: 24 hex digits of HMAC-SHA256(key, `channel|normalised address`). Without the page in it, so
 * that one address has one `h` everywhere.
 */
export function addressHash(key: string, address: Address): AddressHash {
  return createHmac('sha256', key)
    .update(`${address.channel}|${canonical(address)}`)
    .digest('hex')
    .slice(0, 24);
}

function canonical(address: Address): string {
  switch (address.channel) {
    case 'email':
      return address.email;
    case 'sms':
      return address.phone;
    case 'slack':
      return `${address.team}/${address.conversation}`;
    case 'webhook':
      return address.url;
  }
}
