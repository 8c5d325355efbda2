import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { awsCalls } from '../deployment/aws-calls.ts';
import type { Instant } from '../domain/time.ts';
import type { LinkKeys } from '../subscriptions/link-token.ts';
import { type HeldSecret, heldSecret } from './held-secret.ts';

/**
 * Reads a secret's JSON members. What is read once, when a function starts, is renewed by its next cold start; what opens something to
 * others is held by `heldSecret`.
 * Throws an Error that names the secret's ARN and the members it lacks, never a value.
 */
export async function readSecret<T>(arn: string, schema: z.ZodMiniType<T>): Promise<T> {
  const client = new SecretsManagerClient(awsCalls());
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  client.destroy();
  const parsed = schema.safeParse(parseJson(SecretString ?? ''));
  if (parsed.success) return parsed.data;
  const members = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole');
  throw new Error(`Expected secret ${arn} to hold ${members.join(', ')}, got it missing or malformed`);
}

/** Shorter texts are no keys: an empty one must not open anything. */
const SHORTEST_KEY = 32;

/** A secret that the stack generated: one random key, and what is good beside it while others change over. */
export const keySecret = z.object({
  key: z.string().check(z.minLength(SHORTEST_KEY)),
  previous: z.optional(z.string()),
});

/**
 * The keys of links as they are now (`heldSecret`): `key` signs; those in `previous`, with spaces between them, open as well. Throws as `readSecret` does if they cannot be read
 * when the function starts.
 */
export async function heldLinkKeys(arn: string, now: () => Instant): Promise<HeldSecret<LinkKeys>> {
  const held = heldSecret(async (): Promise<LinkKeys> => {
    const { key, previous = '' } = await readSecret(arn, keySecret);
    return [key, ...previous.split(' ').filter((other) => other.length >= SHORTEST_KEY)];
  }, now);
  await held.get();
  return held;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
