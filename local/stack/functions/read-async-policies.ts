import { z } from 'zod';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';
import type { AsyncPolicy } from './async-invocation.ts';
import { type DeployedFunction, functionByArnOrName } from './read-functions.ts';

const SHAPE = {
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: z.coerce.number().int().min(0).max(2).default(2),
  MaximumEventAgeInSeconds: z.coerce.number().int().default(21_600),
  DestinationConfig: z
    .strictObject({ OnFailure: z.object({ Destination: z.string().includes(':sqs:') }).optional() })
    .optional(),
};

/** Lambda's policy for a function that says nothing. */
const DEFAULT_RETRIES = 2;
const DEFAULT_MAXIMUM_AGE_MS = 6 * 3_600_000;

/** What becomes of failed events, by the function's logical id. */
export function readAsyncPolicies(
  template: Template,
  references: LaptopReferences,
  functions: readonly DeployedFunction[],
): ReadonlyMap<string, AsyncPolicy> {
  const policies = new Map<string, AsyncPolicy>(
    functions.map(({ logicalId, deadLetterArn }) => [
      logicalId,
      {
        retries: DEFAULT_RETRIES,
        maximumAgeMs: DEFAULT_MAXIMUM_AGE_MS,
        onFailureArn: undefined,
        deadLetterArn,
      },
    ]),
  );
  for (const configId of resourcesOf(template, 'AWS::Lambda::EventInvokeConfig')) {
    const properties = readProperties(template, references, configId, SHAPE);
    const fn = functionByArnOrName(functions, properties.FunctionName, configId);
    policies.set(fn.logicalId, {
      retries: properties.MaximumRetryAttempts,
      maximumAgeMs: properties.MaximumEventAgeInSeconds * 1_000,
      onFailureArn: properties.DestinationConfig?.OnFailure?.Destination,
      deadLetterArn: fn.deadLetterArn,
    });
  }
  return policies;
}
