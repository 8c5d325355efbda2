import { type Instant, SECOND } from '../../domain/time.ts';
import type { SigningKeys } from './endpoint-secrets.ts';
import { signatures } from './sign.ts';

/** The three headers of Standard Webhooks for one attempt. `id` holds no full stop: it would blur what is signed. */
export function signedHeaders(
  keys: SigningKeys,
  id: string,
  body: Buffer,
  now: Instant,
): Readonly<Record<string, string>> {
  const seconds = Math.floor(now / SECOND);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures(keys, id, seconds, body),
  };
}
