import { beforeEach, expect, it } from 'vitest';
import { MINUTE } from '../../shared/domain/time.ts';
import { type HeldSecret, heldSecret } from '../../shared/runtime/held-secret.ts';

let stored: string;
let reads: number;
let isDown: boolean;
let time: number;
let held: HeldSecret<string>;
beforeEach(() => {
  stored = 'old';
  reads = 0;
  isDown = false;
  time = 1_000_000;
  held = heldSecret(
    async () => {
      reads++;
      if (isDown) throw new Error('out of reach');
      return stored;
    },
    () => time,
  );
});

const opens = (given: string) => held.fits((secret) => secret === given);

it('is read once for many, also at once', async () => {
  expect(await Promise.all(Array.from({ length: 50 }, () => opens('old')))).toEqual(Array(50).fill(true));
  expect(await held.get()).toBe('old');
  expect(reads).toBe(1);
});

it('that was replaced opens within a minute, and the old one opens nothing after five', async () => {
  expect(await opens('old')).toBe(true);
  stored = 'new';
  time += MINUTE - 1;
  expect(await opens('new')).toBe(false);
  time += 1;
  expect(await opens('new')).toBe(true);

  stored = 'newest';
  time += 5 * MINUTE - 1;
  expect(await opens('new')).toBe(true);
  time += 1;
  expect(await opens('new')).toBe(false);
  expect(await held.get()).toBe('newest');
});

it('is read once a minute, whatever is tried', async () => {
  for (let second = 0; second < 600; second++) {
    expect(await opens(`guess ${second}`)).toBe(false);
    time += 1_000;
  }
  expect(reads).toBe(10);
});

it('that cannot be read goes on as it was, without being asked for over and over', async () => {
  expect(await opens('old')).toBe(true);
  isDown = true;
  for (let minute = 0; minute < 10; minute++) {
    time += MINUTE;
    expect(await opens('old')).toBe(true);
  }
  expect(reads).toBe(3);
  isDown = false;
  stored = 'new';
  time += MINUTE;
  expect(await opens('new')).toBe(true);
});

it('that could never be read is an error, and the next to ask has it', async () => {
  isDown = true;
  await expect(opens('old')).rejects.toThrow('out of reach');
  isDown = false;
  expect(await opens('old')).toBe(true);
});
