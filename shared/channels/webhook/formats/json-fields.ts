/** One field of a JSON object that somebody else sent, by its path; undefined where there is none. */
export function fieldIn(body: string, ...path: readonly string[]): string | number | undefined {
  let at: unknown;
  try {
    at = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const name of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name]; // an object with this member
  }
  return typeof at === 'string' || typeof at === 'number' ? at : undefined;
}
