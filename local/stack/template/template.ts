import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { z } from 'zod';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});

const document = z.object({
  Resources: z.record(z.string(), resource),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
});

/** One resource as CloudFormation would read it, its expressions unresolved. */
export type Resource = z.output<typeof resource>;

/** A synthesized template. Assets lie beside it, in `directory`. */
export interface Template {
  readonly stackName: string;
  readonly directory: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly parameters: Readonly<Record<string, { readonly Default?: unknown }>>;
}

/** Reads `<stack>.template.json` out of a cloud assembly (`cdk.out`). */
export function readTemplate(path: string): Template {
  const parsed = document.parse(JSON.parse(readFileSync(path, 'utf8')));
  return {
    stackName: basename(path).replace(/\.template\.json$|\.json$/, ''),
    directory: dirname(path),
    resources: parsed.Resources,
    parameters: parsed.Parameters,
  };
}

/** Logical ids of all resources of one of the types, in the template's order. */
export function resourcesOf(template: Template, ...types: readonly string[]): readonly string[] {
  return Object.entries(template.resources)
    .filter(([, { Type }]) => types.includes(Type))
    .map(([logicalId]) => logicalId);
}

/** The resource, or an error that names what refers to nothing. */
export function resourceAt(template: Template, logicalId: string): Resource {
  const found = template.resources[logicalId];
  if (found === undefined) throw new Error(`Expected a resource "${logicalId}" in the template, found none`);
  return found;
}
