/** What a field's value must be, one of them: a value, or `{"prefix": ...}`, or `{"exists": ...}`. */
type Matcher = string | number | boolean | null | { readonly prefix: string } | { readonly exists: boolean };

/** An EventBridge pattern: every field that it names must match. */
export type Pattern = { readonly [field: string]: readonly Matcher[] | Pattern };

/** Checks that a pattern holds nothing but what `matches` knows; names the field if it does. */
export function parsePattern(value: unknown, path = ''): Pattern {
  if (!isObject(value)) {
    throw new Error(`Event pattern ${path}: expected an object, got ${JSON.stringify(value)}`);
  }
  for (const [field, expected] of Object.entries(value)) {
    const here = `${path}${path === '' ? '' : '.'}${field}`;
    if (!Array.isArray(expected)) parsePattern(expected, here);
    else for (const matcher of expected) checkMatcher(matcher, here);
  }
  // Every member was checked above.
  return value as Pattern;
}

/** Whether an event matches. A list in the event matches if any of its members does. */
export function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    const actual = isObject(event) ? event[field] : undefined;
    if (!isMatcherList(expected)) return matches(expected, actual);
    const values = Array.isArray(actual) ? actual : [actual];
    return expected.some((matcher) => values.some((value) => matchesValue(matcher, value)));
  });
}

function isMatcherList(expected: readonly Matcher[] | Pattern): expected is readonly Matcher[] {
  return Array.isArray(expected);
}

function matchesValue(matcher: Matcher, value: unknown): boolean {
  if (matcher === null || typeof matcher !== 'object') return value === matcher;
  if ('prefix' in matcher) return typeof value === 'string' && value.startsWith(matcher.prefix);
  return matcher.exists === (value !== undefined);
}

function checkMatcher(matcher: unknown, path: string): void {
  if (matcher === null || ['string', 'number', 'boolean'].includes(typeof matcher)) return;
  const [only, ...others] = isObject(matcher) ? Object.entries(matcher) : [];
  if (only !== undefined && others.length === 0) {
    if (only[0] === 'prefix' && typeof only[1] === 'string') return;
    if (only[0] === 'exists' && typeof only[1] === 'boolean') return;
  }
  throw new Error(
    `Event pattern ${path}: the laptop stack knows values, prefix and exists, got ${JSON.stringify(matcher)}`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
