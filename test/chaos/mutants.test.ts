import { existsSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isTests, mutate, ROOT, readGuarded } from '../../chaos/mutants/mutant.ts';
import { MUTANTS } from '../../chaos/mutants/mutants.ts';

it.each(MUTANTS)('the guard of $name is still there to be taken away', (mutant) => {
  const text = readGuarded(mutant);
  const mutated = mutate(text, mutant);
  expect(mutated).not.toBe(text);
  expect(() => stripTypeScriptTypes(mutated)).not.toThrow();
});

it('a guard that is gone is said so', () => {
  const gone = { name: 'gone', file: 'a.ts', guard: 'if (x)', instead: '' };
  expect(() => mutate('if (y)', gone)).toThrow('once in a.ts, got it 0 times');
  expect(() => mutate('if (x) if (x)', gone)).toThrow('got it 2 times');
});

it('the tests that should notice are there', () => {
  const files = MUTANTS.flatMap(({ by = [] }) => (isTests(by) ? by : []));
  expect(files).not.toEqual([]);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

it('mutants have names of their own', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});
