import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { mutate, ROOT, readGuarded } from './mutant.ts';
import { chosenMutant } from './mutants.ts';

/** Tests without one guard: vitest reads the files by itself, past the hooks of `load-mutant.ts`. */
const mutant = chosenMutant();
const file = join(ROOT, mutant.file);

export default defineConfig({
  root: ROOT,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      load: (id: string) => (id.split('?')[0] === file ? mutate(readGuarded(mutant), mutant) : undefined),
    },
  ],
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 1, bail: 1 },
});
