import type { Grant, Need, Statement } from './statement.ts';

export type Decision =
  /** By these grants, one at least. */
  | { readonly kind: 'allowed'; readonly by: readonly Grant[] }
  | { readonly kind: 'denied'; readonly explicitly: boolean };

/**
 * What IAM says to a call by the policies of a role: a Deny that matches wins, else an Allow that matches is needed,
 * else the answer is no.
 *
 * Source: IAM user guide, `reference_policies_evaluation-logic`.
 */
export function decide(statements: readonly Statement[], need: Need): Decision {
  const matching = statements.filter(({ actions, resources }) => {
    return (
      actions.some((action) => matchesAction(action, need)) && resources.some((each) => covers(each, need))
    );
  });
  if (matching.some(({ effect }) => effect === 'Deny')) return { kind: 'denied', explicitly: true };
  const by = grantsOf(matching).filter(({ action, resource }) => {
    return matchesAction(action, need) && covers(resource, need);
  });
  return by.length > 0 ? { kind: 'allowed', by } : { kind: 'denied', explicitly: false };
}

/** Every pair of action and resource that the Allow statements name. */
export function grantsOf(statements: readonly Statement[]): readonly Grant[] {
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
    );
}

function matchesAction(pattern: string, { action }: Need): boolean {
  return matches(pattern.toLowerCase(), action.toLowerCase());
}

function covers(pattern: string, { resources }: Need): boolean {
  return resources.some((resource) => matches(pattern, resource));
}

/** Whether a text matches a pattern in which `*` is any text, also none, and `?` any one character. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
