import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourceAt, resourcesOf, type Template } from '../template/template.ts';

/** A function as the template deploys it. */
export interface DeployedFunction {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Folder of the bundle, the working directory of its processes. */
  readonly directory: string;
  readonly modulePath: string;
  readonly handlerName: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** ARN of the role that it runs in. */
  readonly roleArn: string;
  readonly reservedConcurrency: number | undefined;
  /** ARN of the queue for events that failed for good. */
  readonly deadLetterArn: string | undefined;
  /** Log settings that Lambda passes on to the runtime. */
  readonly log: { readonly format: string; readonly level: string | undefined };
}

const SHAPE = {
  FunctionName: z.string().optional(),
  Code: z.object({ S3Key: z.string() }, 'expected an asset in the cloud assembly'),
  Handler: z.string(),
  Role: z.string(),
  Runtime: z.string().startsWith('nodejs', 'expected a Node.js runtime'),
  MemorySize: z.coerce.number().int().default(128),
  Timeout: z.coerce.number().int().default(3),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  ReservedConcurrentExecutions: z.coerce.number().int().optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  LoggingConfig: z
    .object({
      LogFormat: z.string().default('Text'),
      ApplicationLogLevel: z.string().optional(),
      SystemLogLevel: z.string().optional(),
      LogGroup: z.string().optional(),
    })
    .optional(),
};

const IGNORED = {
  Architectures: 'JavaScript runs on any',
  Description: 'nobody reads it',
  EphemeralStorage: 'the disk of the laptop is used',
  RecursiveLoop: 'loops are not detected',
  RuntimeManagementConfig: 'the Node.js that runs the stack runs the functions',
  Tags: 'nobody reads them',
  TracingConfig: 'there is no X-Ray',
};

/** The functions of the template, with their bundles found. */
export function readFunctions(template: Template, references: LaptopReferences): readonly DeployedFunction[] {
  return resourcesOf(template, 'AWS::Lambda::Function').map((logicalId) => {
    const properties = readProperties(template, references, logicalId, SHAPE, IGNORED);
    const directory = assetDirectory(template, logicalId, properties.Code.S3Key);
    const dot = properties.Handler.lastIndexOf('.');
    return {
      logicalId,
      name: references.name(logicalId),
      arn: references.arn(logicalId),
      directory,
      modulePath: modulePath(directory, properties.Handler.slice(0, dot), logicalId),
      handlerName: properties.Handler.slice(dot + 1),
      memoryMb: properties.MemorySize,
      timeoutMs: properties.Timeout * 1_000,
      environment: properties.Environment?.Variables ?? {},
      roleArn: properties.Role,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      deadLetterArn: properties.DeadLetterConfig?.TargetArn,
      log: {
        format: properties.LoggingConfig?.LogFormat ?? 'Text',
        level: properties.LoggingConfig?.ApplicationLogLevel,
      },
    };
  });
}

/** The function that a property of `by` points to, or an error that names both. */
export function functionByArnOrName(
  functions: readonly DeployedFunction[],
  arnOrName: string,
  by: string,
): DeployedFunction {
  const found = functions.find(({ arn, name }) => arn === arnOrName || name === arnOrName);
  if (found === undefined) throw new Error(`${by}: expected a function of this stack, got ${arnOrName}`);
  return found;
}

/** The CDK command line notes the asset's folder as metadata; without it, the folder is named for the hash. */
function assetDirectory(template: Template, logicalId: string, s3Key: string): string {
  const noted = resourceAt(template, logicalId).Metadata['aws:asset:path'];
  const folder = typeof noted === 'string' ? noted : `asset.${s3Key.replace(/\.zip$/, '')}`;
  return join(template.directory, folder);
}

function modulePath(directory: string, module: string, logicalId: string): string {
  const path = ['mjs', 'js', 'cjs']
    .map((extension) => join(directory, `${module}.${extension}`))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`${logicalId}: expected a bundle "${module}" in ${directory}`);
  return path;
}
