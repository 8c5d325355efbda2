import { graphemes } from '../text/shorten.ts';

/** GSM 03.38: characters that cost one septet, and those that cost two (an escape before them). */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENDED = new Set('\f^{}\\[~]|€');

/** Units of one message alone, and of each part of several: the header that joins parts takes the rest. */
const CAPACITY = {
  gsm7: { single: 160, part: 153 },
  ucs2: { single: 70, part: 67 },
} as const;

export type SmsEncoding = keyof typeof CAPACITY;

/** GSM-7 when every character is in its table; one that is not turns the whole message into UCS-2. */
export function encodingOf(text: string): SmsEncoding {
  for (const character of text) {
    if (!BASIC.has(character) && !EXTENDED.has(character)) return 'ucs2';
  }
  return 'gsm7';
}

/** Whether a character is in the GSM-7 table, at one septet or two. */
export function isGsm7(character: string): boolean {
  return BASIC.has(character) || EXTENDED.has(character);
}

/**
 * How many parts carriers bill and send. An escape pair or a surrogate pair never falls on two parts, so a part may stay one unit
 * short. (Source: 3GPP 23.038, 23.040.)
 */
export function segmentsOf(text: string): number {
  const encoding = encodingOf(text);
  const costs = Array.from(text, (character) => unitsOf(character, encoding));
  const { single, part } = CAPACITY[encoding];
  if (costs.reduce((sum, cost) => sum + cost, 0) <= single) return 1;
  let parts = 1;
  let used = 0;
  for (const cost of costs) {
    if (used + cost > part) {
      parts++;
      used = 0;
    }
    used += cost;
  }
  return parts;
}

/** `text`, or as many of its graphemes as let `whole` of it fit into `max` segments, or '' when none do. */
export function longestFitting(
  text: string,
  max: number,
  whole: (part: string) => string,
  mark: string,
): string {
  if (segmentsOf(whole(text)) <= max) return text;
  const all = graphemes(text);
  let fits = 0;
  for (let low = 1, high = all.length - 1; low <= high; ) {
    const middle = (low + high) >> 1;
    if (segmentsOf(whole(cut(all, middle, mark))) <= max) {
      fits = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return fits === 0 ? '' : cut(all, fits, mark);
}

function cut(all: readonly string[], count: number, mark: string): string {
  return all.slice(0, count).join('').trimEnd() + mark;
}

function unitsOf(character: string, encoding: SmsEncoding): number {
  if (encoding === 'ucs2') return character.length;
  return EXTENDED.has(character) ? 2 : 1;
}
