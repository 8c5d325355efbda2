/**
 * What a publisher writes may hold characters that nobody sees and that change how the rest is read: line breaks that
 * would begin a header, overrides of the writing direction, escape codes. They are taken out once, here, before any channel
 * renders. Joiners (U+200C, U+200D) stay: scripts and emoji need them.
 */
const INVISIBLE = new RegExp(
  [
    '[\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f', // C0, DEL and C1 but for white space
    '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069', // marks, overrides and isolates of direction
    '\\u206a-\\u206f\\ufeff\\ufff9-\\ufffb', // deprecated format characters, byte order mark, annotations
    '\\u{e0000}-\\u{e007f}]', // tags: text that no screen shows
  ].join(''),
  'gu',
);

const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028]/g;

/** One line of text: no line breaks, no invisible characters, single spaces, well-formed UTF-16, composed (NFC). */
export function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(/[\s\u0085]+/gu, ' ')
    .trim()
    .normalize('NFC');
}

/**
 * Text of several lines: breaks become `\n`, at most one empty line in a row, no invisible characters, no white space at
 * line ends, well-formed UTF-16, composed (NFC).
 */
export function cleanLines(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(/\u2029/g, '\n\n')
    .replace(LINE_BREAK, '\n')
    .replace(/\t/g, '    ')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '')
    .normalize('NFC');
}
