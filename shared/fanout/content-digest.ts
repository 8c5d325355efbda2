import { createHash } from 'node:crypto';
import type { Update } from '../domain/update.ts';

/** What tells the same update published again from another one under the same id. Independent of key order. */
export function contentDigest(update: Update): string {
  return createHash('sha256').update(JSON.stringify(update, sortKeys)).digest('base64url');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
