import { z } from 'zod';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';
import { GENERATE_SECRET_STRING, type GenerateSecretString, generatePassword } from './generate-password.ts';

export interface Secret {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Undefined: created without a value, which the operator has yet to fill in. */
  readonly value: string | undefined;
}

const SHAPE = {
  Name: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: GENERATE_SECRET_STRING.optional(),
};

const IGNORED = {
  Description: 'nobody reads it',
  KmsKeyId: 'nothing is written to disk',
  ReplicaRegions: 'there is one place only',
  Tags: 'nobody reads them',
};

/** The secrets of the template with their values: the given one, the template's, or one generated as it says. */
export function readSecrets(
  template: Template,
  references: LaptopReferences,
  given: Readonly<Record<string, unknown>>,
): readonly Secret[] {
  const secrets = resourcesOf(template, 'AWS::SecretsManager::Secret').map((logicalId) => {
    const properties = readProperties(template, references, logicalId, SHAPE, IGNORED);
    return {
      logicalId,
      name: references.name(logicalId),
      arn: references.arn(logicalId),
      value: Object.hasOwn(given, logicalId)
        ? JSON.stringify(given[logicalId])
        : (properties.SecretString ?? generate(properties.GenerateSecretString)),
    };
  });
  for (const logicalId of Object.keys(given)) {
    if (secrets.some((secret) => secret.logicalId === logicalId)) continue;
    throw new Error(`Expected a secret "${logicalId}" in the template, found none`);
  }
  return secrets;
}

function generate(request: GenerateSecretString | undefined): string | undefined {
  if (request === undefined) return undefined;
  const password = generatePassword(request);
  if (request.GenerateStringKey === undefined) return password;
  const rest = z.record(z.string(), z.unknown()).parse(JSON.parse(request.SecretStringTemplate ?? '{}'));
  return JSON.stringify({ ...rest, [request.GenerateStringKey]: password });
}
