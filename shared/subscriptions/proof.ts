import { createHash, timingSafeEqual } from 'node:crypto';
import type { Proof, Proofs } from '../domain/subscriber.ts';
import { DAY, type Instant, MINUTE, type Millis } from '../domain/time.ts';
import type { LinkTarget } from './link-token.ts';

export type Purpose = keyof Proofs;

/** How long each secret is good for. Rules of ours. */
export const LIFETIME: Readonly<Record<Purpose, Millis>> = {
  confirm: 7 * DAY,
  code: 10 * MINUTE,
  manage: DAY,
  challenge: MINUTE,
};

/** Guesses at one code. Three codes a day at most: a guesser has 15 tries in a million. */
export const MOST_TRIES = 5;

/** What the row keeps of a secret: a digest that is worth nothing for another purpose or another row. */
export function proofOf(purpose: Purpose, target: LinkTarget, secret: string, now: Instant): Proof {
  return { digest: digestOf(purpose, target, secret), expiresAt: now + LIFETIME[purpose] };
}

/** Whether a secret is the one that a proof was made of. Takes the same time for every wrong one. */
export function matches(
  proof: Proof | undefined,
  purpose: Purpose,
  target: LinkTarget,
  secret: string,
): proof is Proof {
  const given = Buffer.from(digestOf(purpose, target, secret));
  const expected = Buffer.from(proof?.digest ?? NO_DIGEST);
  return given.length === expected.length && timingSafeEqual(given, expected) && proof !== undefined;
}

function digestOf(purpose: Purpose, { page, channel, h }: LinkTarget, secret: string): string {
  return createHash('sha256').update(`${purpose}|${page}|${channel}|${h}|${secret}`).digest('base64url');
}

/** As long as a digest, and the digest of nothing. */
const NO_DIGEST = '-'.repeat(43);
