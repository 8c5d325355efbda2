export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
}

/** GSM 03.38: 127 basic characters, and 10 that cost two septets (TwilioDevEd/message-segment-calculator). */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENDED = new Set('\f^{}\\[~]|€');

/** How many parts a text takes on the wire, as it would be billed. */
export function countSegments(text: string): Segments {
  const characters = [...text];
  const gsm = characters.every((each) => BASIC.has(each) || EXTENDED.has(each));
  return gsm
    ? { encoding: 'GSM-7', segments: fill(characters, (each) => (EXTENDED.has(each) ? 2 : 1), 160, 153) }
    : { encoding: 'UCS-2', segments: fill(characters, (each) => each.length, 70, 67) };
}

/** A pair (escape sequence, surrogates) never splits across parts, so parts are filled one by one. */
function fill(
  characters: readonly string[],
  cost: (each: string) => number,
  one: number,
  many: number,
): number {
  const total = characters.reduce((sum, each) => sum + cost(each), 0);
  if (total <= one) return 1;
  let parts = 1;
  let used = 0;
  for (const each of characters) {
    if (used + cost(each) > many) {
      parts += 1;
      used = 0;
    }
    used += cost(each);
  }
  return parts;
}

const SMART: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': '-',
  '\u2014': '-',
  '\u2026': '...',
  '\u00a0': ' ',
  '\u2022': '*',
};

/** The common part of Twilio's smart encoding: typographic characters that have a GSM-7 look-alike. */
export function smartEncode(text: string): string {
  return text.replaceAll(
    /[\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0\u2022]/g,
    (each) => SMART[each] ?? each,
  );
}
