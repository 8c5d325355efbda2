import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const cdkJsonSchema = z.looseObject({ context: z.record(z.string(), z.unknown()).optional() });
const manifestSchema = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      properties: z.looseObject({ templateFile: z.string().optional() }).optional(),
    }),
  ),
});

/**
 * Builds the stack's template and bundles as `cdk synth` does, by running the app as the CDK CLI would (its output
 * folder and context in CDK_OUTDIR and CDK_CONTEXT_JSON), which spares the seconds that the CLI itself takes.
 *
 * @returns the path of the stack's template.
 */
export async function synthesize(options: {
  readonly root: string;
  readonly outDir: string;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { root, outDir, signal } = options;
  const { context = {} } = cdkJsonSchema.parse(JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')));

  const app = spawn(process.execPath, ['cdk/app.ts'], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: JSON.stringify(context) },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const output: string[] = [];
  for (const stream of [app.stdout, app.stderr])
    stream.setEncoding('utf8').on('data', (text) => output.push(text));
  const [code] = await once(app, 'close', { signal });
  if (code !== 0)
    throw new Error(`Expected cdk/app.ts to exit with 0, got ${code}:\n${output.join('').trim()}`);

  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(outDir, 'manifest.json'), 'utf8')));
  const templates = Object.values(manifest.artifacts).flatMap(({ type, properties }) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile ? [properties.templateFile] : [],
  );
  const [template] = templates;
  if (!template || templates.length > 1) throw new Error(`Expected one stack, got ${templates.length}`);
  return join(outDir, template);
}
