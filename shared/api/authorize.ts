import { createHash, timingSafeEqual } from 'node:crypto';
import { ProblemError } from './problem.ts';

/** Whether a text is a key that opens something, as far as is known at this moment. */
export type IsKey = (given: string) => Promise<boolean>;

/** Whether two secrets are the same, in a time that says nothing of where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const SCHEMES = ['bearer', 'oauth'];

/**
 * Throws a ProblemError unless the request carries the operator key: `Authorization: Bearer <key>`, or `OAuth <key>` as scripts
 * for Statuspage send it.
 */
export async function requireOperator(request: Request, isOperatorKey: IsKey): Promise<void> {
  const header = request.headers.get('authorization') ?? '';
  const [scheme = '', token = ''] = header.split(' ', 2);
  if (SCHEMES.includes(scheme.toLowerCase()) && (await isOperatorKey(token))) return;
  const got = header === '' ? 'no Authorization header' : 'another key';
  throw new ProblemError({
    status: 401,
    code: 'unauthorized',
    detail: `Expected Authorization: Bearer with the operator key, got ${got}`,
  });
}
