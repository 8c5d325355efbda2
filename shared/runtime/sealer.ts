import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import type { Sealed, Sealer } from '../domain/sealed.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D: 96 bits, never twice with one key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with `context` as additional authenticated data. Seals with the first secret and opens with any, so that one
 * can replace another while old texts live on. `newId` must be unguessable and unique (`Clock.newId`).
 */
export function createSealer(secrets: readonly [string, ...string[]], newId: () => string): Sealer {
  const ring = secrets.map((secret) => ({ id: keyIdOf(secret), key: keyOf(secret) }));
  const [newest] = ring;
  if (newest === undefined) throw new Error('Expected at least one key to seal with, got none');
  return {
    seal(text, context) {
      const iv = createHash('sha256').update(`iv|${newId()}`).digest().subarray(0, IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, newest.key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return { key: newest.id, iv: encode(iv), tag: encode(cipher.getAuthTag()), text: encode(sealed) };
    },
    open(sealed, context) {
      const known = ring.find(({ id }) => id === sealed.key);
      return known && tryOpen(known.key, sealed, context);
    },
  };
}

function tryOpen(key: Buffer, { iv, tag, text }: Sealed, context: string): string | undefined {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, decode(iv), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(decode(tag));
    return Buffer.concat([decipher.update(decode(text)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** The generated secret is text of 256 bits: its bytes are derived, never cut out of it (RFC 5869). */
function keyOf(secret: string): Buffer {
  if (secret === '') throw new Error('Expected a key to seal with, got an empty one');
  return Buffer.from(hkdfSync('sha256', secret, '', 'incident-fanout sealing v1', KEY_BYTES));
}

function keyIdOf(secret: string): string {
  return createHash('sha256').update(`sealing-key-id|${secret}`).digest('base64url').slice(0, 6);
}

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const decode = (text: string) => Buffer.from(text, 'base64url');
