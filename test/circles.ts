import type { Source } from './imports.ts';

/** Circles of imports among these files, each once, from the file where the walk came upon it: `a -> b -> a`. */
export function circles(sources: readonly Source[]): string[] {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
  const seen = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) found.push([...way.slice(start), path].join(' -> '));
    if (seen.has(path)) return;
    seen.add(path);
    for (const next of importsOf.get(path) ?? []) walk(next, [...way, path]);
  };
  for (const { path } of sources) walk(path, []);
  return found;
}
