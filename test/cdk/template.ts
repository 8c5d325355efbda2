import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Bundles, functionNames } from '../../cdk/bundles.ts';
import type { Settings } from '../../cdk/check-settings.ts';
import { type ComposedApp, composeApp, STACK_NAME } from '../../cdk/compose-app.ts';
import { SETTINGS } from '../settings.ts';

/** A value of a template: JSON, in which intrinsic functions are objects with one member. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Properties?: Json;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, Json>>;
}

const SCRATCH = mkdtempSync(join(tmpdir(), 'incident-fanout-'));
afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

const NO_CODE = join(SCRATCH, 'code');
mkdirSync(NO_CODE);
writeFileSync(join(NO_CODE, 'index.mjs'), 'export const handler = async () => ({});\n');

/**
 * The app composed around empty bundles, for tests that look at the template and not at the code in it. CDK's check
 * of schemas is left to the test of the entry point.
 */
export function composeWithoutCode(overrides: Partial<Settings> = {}): ComposedApp {
  const bundles = Object.fromEntries(functionNames().map((name) => [name, NO_CODE])) as Bundles; // Safe: all names.
  const outdir = mkdtempSync(join(SCRATCH, 'cdk.out-'));
  return composeApp({ ...SETTINGS, ...overrides }, bundles, { outdir, checkSchemas: false });
}

export function synthesize(overrides: Partial<Settings> = {}): Template {
  return composeWithoutCode(overrides).app.synth().getStackByName(STACK_NAME).template;
}

/** The resources of one type, by logical id. */
export function resourcesOf(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The value at a path such as `Properties.ScalingConfig.MaximumConcurrency`, or undefined. */
export function at(value: unknown, path: string): Json | undefined {
  let current = value;
  for (const name of path.split('.')) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[name]; // Safe: an object or an array, read by key.
  }
  return current as Json | undefined; // Safe: a template is JSON.
}

/** What an intrinsic function points at, in short: `{Ref: X}` and `{GetAtt: [X, Arn]}` are `X`, joins are joined. */
export function pointsAt(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  const ref = at(value, 'Ref') ?? at(value, 'Fn::GetAtt.0');
  if (typeof ref === 'string') return ref;
  const parts = at(value, 'Fn::Join.1');
  if (Array.isArray(parts)) return parts.map(pointsAt).join('');
  return JSON.stringify(value) ?? '';
}

export function list(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Json]; // Safe: the other case of the union.
}
