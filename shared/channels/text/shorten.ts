const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * `text`, or as much of its beginning as fits with `mark` into `max` UTF-16 units. Cuts between graphemes, so no emoji,
 * flag or accented letter is torn; a single grapheme longer than `max` (a stack of marks) is cut between code points.
 */
export function shorten(text: string, max: number, mark = '…'): string {
  if (text.length <= max) return text;
  const room = max - mark.length;
  if (room <= 0) return mark.slice(0, Math.max(0, max));
  return text.slice(0, boundaryBefore(text, room)).trimEnd() + mark;
}

/** `text`, or its beginning up to a paragraph, line or word near the limit, and `mark`. For bodies. */
export function shortenAtWord(text: string, max: number, mark = '…'): string {
  if (text.length <= max || max <= mark.length) return shorten(text, max, mark);
  const head = shorten(text, max, mark).slice(0, -mark.length);
  const word = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '));
  return (word > head.length * 0.8 ? head.slice(0, word).trimEnd() : head) + mark;
}

/** The graphemes of a text, in order. */
export function graphemes(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

function boundaryBefore(text: string, index: number): number {
  const start = GRAPHEMES.segment(text).containing(index)?.index ?? index;
  if (start > 0) return start;
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}
