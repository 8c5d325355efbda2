import { type Instant, MINUTE, type Millis } from '../domain/time.ts';

/** A secret that is as old as this is read again: what was taken out of it opens nothing any more. */
const OLDEST: Millis = 5 * MINUTE;

/** And one that is as old as this where something does not fit it, which may be of a newer one. */
const LOOK_AGAIN: Millis = MINUTE;

export interface HeldSecret<T> {
  /** The secret as it was at most five minutes ago. */
  get(): Promise<T>;
  /** Whether something fits the secret. What does not is judged by a secret that was read within the last minute. */
  fits(test: (secret: T) => boolean): Promise<boolean>;
  /** What the secret opens, or undefined: looked for again as `fits` does. */
  find<R>(open: (secret: T) => R | undefined): Promise<R | undefined>;
}

/**
 * A secret that is replaced while functions run: they live for hours, and nobody can tell them. Whatever strangers bring, it is read at most
 * once a minute. While it cannot be read, the one that is known goes on; only the first reading can throw.
 */
export function heldSecret<T>(read: () => Promise<T>, now: () => Instant): HeldSecret<T> {
  let held: { readonly secret: T } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<T> | undefined;

  function readAgain(): Promise<T> {
    triedAt = now();
    reading ??= read()
      .then(
        (secret) => {
          held = { secret };
          return secret;
        },
        (error: unknown) => {
          if (held === undefined) throw error;
          return held.secret;
        },
      )
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  const noOlderThan = async (age: Millis): Promise<T> => {
    const isFresh = reading === undefined && now() - triedAt < age;
    return held !== undefined && isFresh ? held.secret : readAgain();
  };

  return {
    get: () => noOlderThan(OLDEST),
    async fits(test) {
      return test(await noOlderThan(OLDEST)) || test(await noOlderThan(LOOK_AGAIN));
    },
    async find(open) {
      return open(await noOlderThan(OLDEST)) ?? open(await noOlderThan(LOOK_AGAIN));
    },
  };
}
