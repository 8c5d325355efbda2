import { randomInt } from 'node:crypto';
import { z } from 'zod';

const flag = z.boolean().optional();

/** What a template asks of a generated secret. */
export const GENERATE_SECRET_STRING = z.strictObject({
  ExcludeCharacters: z.string().optional(),
  ExcludeLowercase: flag,
  ExcludeNumbers: flag,
  ExcludePunctuation: flag,
  ExcludeUppercase: flag,
  GenerateStringKey: z.string().optional(),
  IncludeSpace: flag,
  PasswordLength: z.coerce.number().int().optional(),
  RequireEachIncludedType: flag,
  SecretStringTemplate: z.string().optional(),
});

export type GenerateSecretString = z.output<typeof GENERATE_SECRET_STRING>;

/** What Secrets Manager generates when nothing else is said. */
const DEFAULT_LENGTH = 32;

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * A random password by the rules of Secrets Manager's GetRandomPassword: the alphabet without what is excluded,
 * each remaining kind of character at least once unless that is switched off.
 */
export function generatePassword(request: GenerateSecretString): string {
  const kinds = [
    request.ExcludeLowercase === true ? '' : LOWERCASE,
    request.ExcludeUppercase === true ? '' : UPPERCASE,
    request.ExcludeNumbers === true ? '' : NUMBERS,
    request.ExcludePunctuation === true ? '' : PUNCTUATION,
    request.IncludeSpace === true ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !request.ExcludeCharacters?.includes(character)))
    .filter((kind) => kind.length > 0);
  const alphabet = kinds.flat();
  if (alphabet.length === 0) throw new Error('GenerateSecretString excludes every character');
  const length = request.PasswordLength ?? DEFAULT_LENGTH;
  for (;;) {
    const password = Array.from({ length }, () => alphabet[randomInt(alphabet.length)] ?? '');
    const complete = kinds.every((kind) => kind.some((character) => password.includes(character)));
    if (request.RequireEachIncludedType === false || complete || length < kinds.length) {
      return password.join('');
    }
  }
}
