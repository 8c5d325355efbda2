import { createHmac } from 'node:crypto';

/**
 * The value of `webhook-signature` (Standard Webhooks 1.0.0, v1): one signature per secret, separated by spaces, so that a
 * receiver that still has the old secret and one that has the new one both agree. `seconds` is the time of this attempt.
 *
 * Throws on a secret that is not `whsec_` and base64 of something: to sign with nothing would let anybody sign.
 */
export function signatures(secrets: readonly string[], id: string, seconds: number, body: Buffer): string {
  if (secrets.length === 0) throw new Error('Expected at least one signing secret, got none');
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      if (key.length < 16)
        throw new Error(`Expected a signing secret of at least 16 bytes, got ${key.length}`);
      const mac = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64');
      return `v1,${mac}`;
    })
    .join(' ');
}
