import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunctions, functionNames } from '../../cdk/bundles.ts';

const directory = mkdtempSync(join(tmpdir(), 'incident-fanout-bundles-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const bundles = bundleFunctions(join(directory, 'first'));

function read(bundle: string): string {
  return readFileSync(join(bundle, 'index.mjs'), 'utf8');
}

describe('the bundles', () => {
  it.each(functionNames())(
    '%s brings everything with it: it imports only what is part of Node.js',
    (name) => {
      const { metafile } = buildSync({
        entryPoints: [join(bundles[name], 'index.mjs')],
        bundle: true,
        packages: 'external',
        platform: 'node',
        format: 'esm',
        write: false,
        metafile: true,
        outdir: directory,
      });
      const imported = Object.values(metafile.outputs).flatMap(({ imports }) =>
        imports.map(({ path }) => path),
      );
      expect(imported.filter((module) => !isBuiltin(module))).toEqual([]);
      expect(Object.values(metafile.outputs).flatMap(({ exports }) => exports)).toEqual(['handler']);
    },
  );

  it.each(functionNames())('%s holds no credential chain', (name) => {
    expect(read(bundles[name])).not.toMatch(/169\.254\.170\.2|sso_start_url|AWS_WEB_IDENTITY_TOKEN_FILE/);
  });

  it.each(functionNames())('%s is small: nobody imported the whole of a provider client', (name) => {
    // The data of which numbers are mobile ones, country by country; the descriptions of every field of the API.
    const most = { subscriptions: 700_000, operate: 600_000 }[String(name)] ?? 500_000;
    expect(read(bundles[name]).length).toBeLessThan(most);
  });

  it('are the same bytes for the same sources', () => {
    const again = bundleFunctions(join(directory, 'second'));
    for (const name of functionNames()) expect(read(again[name]) === read(bundles[name]), name).toBe(true);
  });
});
