import { isSupportedCountry, parsePhoneNumber } from 'libphonenumber-js/min';

/** A phone number as one dials it from a country. */
export interface NationalPhone {
  readonly number: string;
  /** Two letters, in either case. */
  readonly country: string;
  /** With country code, and spaced as people write it. */
  readonly display: string;
}

/**
 * A number and the country that it is dialled from, in E.164; undefined where there is no such country or number. A number with
 * a `+` says its country itself.
 */
export function toE164(number: string, country: string): string | undefined {
  const upper = country.trim().toUpperCase();
  if (!isSupportedCountry(upper)) return undefined;
  try {
    return parsePhoneNumber(number.trim(), upper).number;
  } catch {
    return undefined;
  }
}

/** An E.164 number as Statuspage shows one. */
export function toNational(e164: string): NationalPhone {
  try {
    const parsed = parsePhoneNumber(e164);
    return {
      number: parsed.formatNational(),
      country: parsed.country ?? '',
      display: parsed.formatInternational(),
    };
  } catch {
    return { number: e164, country: '', display: e164 };
  }
}
