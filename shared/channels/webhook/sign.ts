import { createHmac, sign } from 'node:crypto';
import type { SigningKeys } from './endpoint-secrets.ts';

/**
 * The value of `webhook-signature` (Standard Webhooks 1.0.0): one `v1` signature per secret and one `v1a` per key pair, separated by
 * spaces, so that a receiver that still has the old secret and one that has the new one both agree. 270 characters at most: two of
 * each. `seconds` is the time of this attempt.
 *
 * Throws on a secret that is not `whsec_` and base64 of something: to sign with nothing would let anybody sign.
 */
export function signatures(
  { secrets, keyPairs = [] }: Pick<SigningKeys, 'secrets'> & Partial<SigningKeys>,
  id: string,
  seconds: number,
  body: Buffer,
): string {
  if (secrets.length === 0) throw new Error('Expected at least one signing secret, got none');
  const symmetric = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    if (key.length < 16) {
      throw new Error(`Expected a signing secret of at least 16 bytes, got ${key.length}`);
    }
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')}`;
  });
  const content = Buffer.concat([Buffer.from(`${id}.${seconds}.`), body]);
  const asymmetric = keyPairs.map((pair) => `v1a,${sign(null, content, pair).toString('base64')}`);
  return [...symmetric, ...asymmetric].join(' ');
}
