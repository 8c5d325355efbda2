import type * as z from 'zod/mini';
import type { FieldFault } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** A validation issue as a person reads it: what was expected at which path, and what kind of thing was got. */
export function describeFault(issue: Issue, value: unknown): FieldFault {
  const path = issue.path.map(String).join('.');
  return { path, message: messageFor(issue, kindOf(valueAt(value, issue.path))) };
}

function messageFor(issue: Issue, got: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return got === 'nothing' || issue.message === DEFAULT_MESSAGE
        ? `Expected ${article(issue.expected)}, got ${got}`
        : `${issue.message}, got ${got}`;
    case 'invalid_value':
      return `Expected one of ${issue.values.map(String).join(', ')}, got ${got}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `Expected one of ${issue.options.map(String).join(', ')}, got ${got}`
        : issue.message;
    case 'unrecognized_keys':
      return `Expected no field ${issue.keys.slice(0, 5).join(', ')}`;
    case 'too_big':
      return `Expected at most ${issue.maximum} ${UNITS[issue.origin] ?? ''}, got more`.replace(' ,', ',');
    case 'too_small':
      return `Expected at least ${issue.minimum} ${UNITS[issue.origin] ?? ''}, got fewer`.replace(' ,', ',');
    default:
      return issue.message;
  }
}

/** What zod's small build says when no message was given. */
const DEFAULT_MESSAGE = 'Invalid input';

const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (inner === null || typeof inner !== 'object') return undefined;
    return Object.hasOwn(inner, key) ? (inner as Record<PropertyKey, unknown>)[key] : undefined; // checked above
  }, value);
}

/** The kind of a value, never the value: it may be an address. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
