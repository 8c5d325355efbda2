import { randomBytes, randomInt } from 'node:crypto';
import type { Instant } from '../domain/time.ts';

/** Time, chance and ids: the only way that they come into the product. */
export interface Clock {
  /** Now, in milliseconds since the epoch. */
  now(): Instant;
  /** Uniform in [0, 1). */
  random(): number;
  /** Unguessable and unique: 22 characters of base64url, 128 bits. */
  newId(): string;
  /** For links that open something: 43 characters of base64url, 256 bits. */
  newSecret(): string;
  /** For people to type: six digits, each of the million equally likely. */
  newCode(): string;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  newId: () => randomBytes(16).toString('base64url'),
  newSecret: () => randomBytes(32).toString('base64url'),
  newCode: () => String(randomInt(1_000_000)).padStart(6, '0'),
};
