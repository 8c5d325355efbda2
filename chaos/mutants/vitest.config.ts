import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { HANDED_OUT, mutate, ROOT, readGuarded } from './mutant.ts';
import { chosenMutant } from './mutants.ts';

/** Tests without one guard: vitest reads the files by itself, past the hooks of `load-mutant.ts`. */
const mutant = chosenMutant();

function withoutGuard(id: string): string | undefined {
  if (mutant === undefined || id.split('?')[0] !== join(ROOT, mutant.file)) return undefined;
  process.stderr.write(`${HANDED_OUT}\n`);
  return mutate(readGuarded(mutant), mutant);
}

export default defineConfig({
  root: ROOT,
  plugins: [{ name: 'mutant', enforce: 'pre', load: withoutGuard }],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    bail: 1,
    // Its key is the text on disk: a mutant would be given the module of another mutant, or of none.
    fsModuleCache: false,
  },
});
