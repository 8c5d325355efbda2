import parseMobile from 'libphonenumber-js/mobile';
import type { Normalised } from './address.ts';

/** Why a number gets no texts, in stable codes. */
export type NumberFault = 'notANumber' | 'countryNotServed' | 'notMobile';

/**
 * Whether texts may go to a number in E.164: of a country (ISO 3166, two letters) that the operator serves, and one that a mobile
 * phone can have. Premium, shared-cost, toll-free, pager and fixed numbers are none.
 *
 * Its metadata is a third of a function's bundle: only the function that takes sign-ups imports this file.
 */
export function checkMobileNumber(phone: string, countries: readonly string[]): NumberFault | undefined {
  const number = parseMobile(phone);
  if (number === undefined) return 'notANumber';
  // A calling code may be shared by countries: which one it is only a valid number tells.
  if (!number.isValid()) return 'notMobile';
  return number.country !== undefined && countries.includes(number.country) ? undefined : 'countryNotServed';
}

/** `normalisePhone` for the function that has this file's metadata anyway, so that its bundle holds one set of it. */
export function readPhone(text: string): Normalised {
  const number = parseMobile(text.trim())?.number;
  if (number !== undefined && /^\+[1-9]\d{6,14}$/.test(number)) {
    return { address: { channel: 'sms', phone: number } };
  }
  return { fault: 'Expected a phone number in international form such as +33612345678, got another text' };
}
