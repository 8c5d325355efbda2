import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundleFunctions } from '../cdk/bundles.ts';
import { CONTENDERS } from './contenders/contenders.ts';

const PROCESS = ['contender-process', 'fast-clock'] as const;

const REQUIRE_SHIM =
  "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);";

export interface Built {
  /** Where the product's bundles are: those that are deployed. */
  readonly bundles: string;
  /** A contender's module, or one of the processes', as JavaScript. */
  readonly script: (source: string) => string;
}

/**
 * Bundles everybody in the same way. Node could run the sources as they are, but the compiler that strips their types
 * would count as 40 MB of everybody's memory and 100 ms of their time.
 */
export async function buildAll(directory: string): Promise<Built> {
  const bundles = join(directory, 'functions');
  const scripts = join(directory, 'contenders');
  await bundleFunctions(bundles);
  await build({
    entryPoints: [
      ...CONTENDERS.map(({ module }) => module),
      ...PROCESS.map((name) => join(import.meta.dirname, 'process', `${name}.ts`)),
    ],
    outdir: scripts,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['pg-native'],
    banner: { js: REQUIRE_SHIM },
    logLevel: 'silent',
  });
  return { bundles, script: (source) => join(scripts, `${basename(source, '.ts')}.mjs`) };
}
