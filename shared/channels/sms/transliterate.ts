import { isGsm7 } from './segments.ts';

/** What word processors and status pages put in place of plain characters. */
const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '`': "'",
  '´': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '…': '...',
  '•': '-',
  '·': '-',
  '×': 'x',
  '→': '->',
  '←': '<-',
  '©': '(c)',
  '®': '(R)',
  '™': '(TM)',
  '°': ' deg',
  '½': '1/2',
  '¢': 'c',
  œ: 'oe',
  Œ: 'OE',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  þ: 'th',
  Þ: 'Th',
  ð: 'd',
  Ð: 'D',
  ẞ: 'SS',
};

/** Emoji and pictures, their joiners and colours: one would turn 160 characters a part into 70. */
const PICTURES =
  /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u200d|\u20e3|\ufe0e|\ufe0f|\p{Emoji_Modifier}/gu;

/** Marks that nobody would miss where there is no letter for them. */
const UNSEEN = /\u00ad|\u034f|[\u200b-\u200f\u2060-\u2064]|[\ufe00-\ufe0f]/g;

/**
 * Text with as much of it in GSM-7 as can be said there: typographic characters become plain, accents that the table lacks
 * are left out, pictures too. What has no plain form (Cyrillic, Chinese) stays, and the message is UCS-2.
 */
export function toGsm7(text: string): string {
  return Array.from(text.replace(PICTURES, '').replace(UNSEEN, '').replace(/\s/gu, ' '), plain)
    .join('')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function plain(character: string): string {
  if (isGsm7(character)) return character;
  const known = PLAIN[character];
  if (known !== undefined) return known;
  const bare = character.normalize('NFKD').replace(/\p{M}/gu, '');
  return bare !== '' && Array.from(bare).every(isGsm7) ? bare : character;
}

/** What is left of a text without the signs that Twilio or a carrier may have put something else in place of. */
export function comparable(text: string): string {
  return Array.from(toGsm7(text))
    .filter((character) => isGsm7(character) || /[\p{L}\p{M}\p{N}]/u.test(character))
    .join('')
    .replace(/ {2,}/g, ' ')
    .trim();
}
