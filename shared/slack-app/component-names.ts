import type { Page } from '../domain/page.ts';

export interface FoundNames {
  readonly components: readonly string[];
  readonly groups: readonly string[];
  /** Names that mean nothing here, each with the page's names that come closest. */
  readonly unknown: readonly { readonly name: string; readonly close: readonly string[] }[];
}

const MOST_SUGGESTIONS = 3;

/**
 * Components and groups by what people type: a name or an id, in any case. `Group / Component` tells apart components of one
 * name; the bare name means all of them.
 */
export function findNames(page: Page, typed: readonly string[]): FoundNames {
  const components = new Set<string>();
  const groups = new Set<string>();
  const unknown: { name: string; close: readonly string[] }[] = [];
  for (const name of typed) {
    const wanted = folded(name);
    const sameComponents = page.components.filter((one) =>
      [one.id, one.name, ...(one.group ? [`${one.group.name} / ${one.name}`] : [])].some(
        (known) => folded(known) === wanted,
      ),
    );
    const sameGroups = page.components.filter(
      ({ group }) => group && (folded(group.name) === wanted || folded(group.id) === wanted),
    );
    for (const { id } of sameComponents) components.add(id);
    // A component's own name is meant before a group's.
    if (sameComponents.length === 0) for (const { group } of sameGroups) if (group) groups.add(group.id);
    if (sameComponents.length + sameGroups.length === 0) unknown.push({ name, close: closest(page, wanted) });
  }
  return { components: [...components], groups: [...groups], unknown };
}

/** The page's names for ids of a scope; what the page has no more goes by its id. */
export function namesOf(
  page: Page,
  ids: { components: readonly string[]; groups: readonly string[] },
): string[] {
  const components = new Map(page.components.map(({ id, name }) => [id, name]));
  const groups = new Map(page.components.flatMap(({ group }) => (group ? [[group.id, group.name]] : [])));
  return [
    ...ids.groups.map((id) => `all of ${groups.get(id) ?? id}`),
    ...ids.components.map((id) => components.get(id) ?? id),
  ];
}

function closest(page: Page, wanted: string): string[] {
  const names = new Set(page.components.flatMap(({ name, group }) => (group ? [name, group.name] : [name])));
  return [...names]
    .map((name) => ({ name, distance: distanceTo(folded(name), wanted) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_SUGGESTIONS)
    .map(({ name }) => name);
}

/** What contains the other is close, whatever its length; else the number of edits (Levenshtein). */
function distanceTo(known: string, wanted: string): number {
  if (wanted.length > 2 && (known.includes(wanted) || wanted.includes(known))) return 1;
  let above = Array.from({ length: wanted.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...known].entries()) {
    const current = [row + 1];
    for (let column = 1; column <= wanted.length; column++) {
      const substituted = (above[column - 1] ?? 0) + (wanted[column - 1] === letter ? 0 : 1);
      current.push(Math.min(substituted, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[wanted.length] ?? 0;
}

function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
