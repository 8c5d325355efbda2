/**
 * What a spreadsheet takes for a formula when a cell begins with it (OWASP ASVS 1.2.10): also full-width forms, and the
 * characters that it strips first.
 */
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;
const MARK = "'";

/**
 * A cell that no spreadsheet runs. A text that would be a formula gets an apostrophe before it, and so does one that only looks
 * as if it had got one, so that `plainCell` gives back every text as it was.
 */
export function safeCell(text: string): string {
  return FORMULA.test(withoutMarks(text)) ? MARK + text : text;
}

/** The text of a cell that `safeCell` made, or that a spreadsheet's user marked as text. */
export function plainCell(cell: string): string {
  return cell.startsWith(MARK) && FORMULA.test(withoutMarks(cell)) ? cell.slice(1) : cell;
}

/** A line of RFC 4180, with its CRLF: every cell safe, and quoted where it has to be. */
export function csvLine(texts: readonly string[]): string {
  return `${texts.map((text) => quoted(safeCell(text))).join(',')}\r\n`;
}

function withoutMarks(text: string): string {
  return text.replace(/^'+/, '');
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
