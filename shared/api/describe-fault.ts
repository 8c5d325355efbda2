import type * as z from 'zod/mini';
import type { FieldFault } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** Most unknown fields that are named for one object. */
const MOST_UNKNOWN = 5;

/** Names that are repeated in an answer. Others may be anything, of any length: an address, or a body. */
const PLAIN_NAME = /^\w{1,40}$/;

/**
 * A validation issue as a person reads it: what was expected at which path, and what kind of thing was got. One fault
 * for each field that is not known; else one for the issue.
 */
export function describeFaults(issue: Issue, value: unknown): readonly FieldFault[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return unknownFields(path, issue.keys);
  return [{ path: path.join('.'), message: messageFor(issue, kindOf(valueAt(value, issue.path))) }];
}

function unknownFields(path: readonly string[], keys: readonly string[]): FieldFault[] {
  return keys
    .slice(0, MOST_UNKNOWN)
    .map((key) =>
      PLAIN_NAME.test(key)
        ? { path: [...path, key].join('.'), message: 'Expected no such field, got one' }
        : { path: path.join('.'), message: 'Expected known fields only, got one with an odd name' },
    );
}

function messageFor(issue: Issue, got: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return got === 'nothing' || issue.message === DEFAULT_MESSAGE
        ? `Expected ${article(issue.expected)}, got ${got}`
        : `${issue.message}, got ${got}`;
    case 'invalid_value':
      return `Expected one of ${listed(issue.values)}, got ${other(got)}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `Expected one of ${listed(issue.options)}, got ${other(got)}`
        : `Expected another kind of value, got ${got}`;
    case 'invalid_format':
      return `${issue.message}, got ${other(got)}`;
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

function listed(values: readonly unknown[]): string {
  return values.map((value) => (value === '' ? '""' : String(value))).join(', ');
}

/** The right kind of thing with the wrong content. */
function other(got: string): string {
  return got === 'a string' ? 'another string' : got;
}

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
