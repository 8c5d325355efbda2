/**
 * Keeps one copy of each distinct string. Twenty thousand people are told the same thing: without this the
 * recorded bodies of one update would take hundreds of megabytes, with it they take one.
 */
export function createInterner(): (text: string) => string {
  const pool = new Map<string, string>();
  return function intern(text) {
    const known = pool.get(text);
    if (known !== undefined) return known;
    pool.set(text, text);
    return text;
  };
}
