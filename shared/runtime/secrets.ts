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

/** A secret that the stack generated: one random key. */
export const keySecret = z.object({ key: z.string().check(z.minLength(32)) });

/** One that others hold: `previous` is good too, while they change over. */
export const operatorSecret = z.object({
  key: z.string().check(z.minLength(32)),
  previous: z.optional(z.string()),
});

/** Shorter texts are no keys: an empty one in the list must not open anything. */
const SHORTEST_KEY = 32;

/** The key that links are signed with, and others that open links and sign none. */
const linkKeySecret = z.object({
  key: z.string().check(z.minLength(SHORTEST_KEY)),
  others: z.optional(z.array(z.string())),
});

/**
 * The keys of links as they are now (`heldSecret`): the first signs, all of them open. Throws as `readSecret` does if they cannot be read
 * when the function starts.
 */
export async function heldLinkKeys(arn: string, now: () => Instant): Promise<HeldSecret<LinkKeys>> {
  const held = heldSecret(async (): Promise<LinkKeys> => {
    const { key, others = [] } = await readSecret(arn, linkKeySecret);
    return [key, ...others.filter((other) => other.length >= SHORTEST_KEY)];
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
