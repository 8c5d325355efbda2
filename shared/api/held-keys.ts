import type { Instant } from '../domain/time.ts';
import { heldSecret } from '../runtime/held-secret.ts';
import { type IsKey, isSameSecret } from './authorize.ts';

/** Shorter texts are no keys: an empty member must not open anything. */
const SHORTEST_KEY = 32;

/**
 * Keys that others hold, as they are now (`heldSecret`): the key, and while those who hold it change over, the one before it. Takes the same
 * time for every wrong text. Throws if they cannot be read when the function starts.
 */
export async function heldKeys(
  read: () => Promise<readonly (string | undefined)[]>,
  now: () => Instant,
): Promise<IsKey> {
  const held = heldSecret(async () => (await read()).filter((key) => key !== undefined), now);
  await held.get();
  return (given) =>
    held.fits((keys) =>
      keys
        .filter((key) => key.length >= SHORTEST_KEY)
        .map((key) => isSameSecret(key, given))
        .includes(true),
    );
}
