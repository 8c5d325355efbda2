import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HANDED_OUT, mutate, ROOT } from './mutant.ts';
import { chosenMutant } from './mutants.ts';

/** Loaded before everything else (`node --import`): hands out one file without its guard. The tree stays as it is. */
const mutant = chosenMutant();

if (mutant !== undefined) {
  const url = pathToFileURL(join(ROOT, mutant.file)).href;
  registerHooks({
    load(asked, context, nextLoad) {
      const loaded = nextLoad(asked, context);
      if (asked !== url) return loaded;
      process.stderr.write(`${HANDED_OUT}\n`);
      return { ...loaded, source: mutate(String(loaded.source), mutant) };
    },
  });
}
