import { z } from 'zod';
import { type DeployedFunction, functionByArnOrName } from '../functions/read-functions.ts';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';
import type { QueueShape } from './read-queues.ts';

/** A queue that a function is fed from. */
export interface EventSource {
  readonly logicalId: string;
  readonly queue: QueueShape;
  readonly function: DeployedFunction;
  readonly batchSize: number;
  /** Whether the function names the records that failed. */
  readonly reportsFailures: boolean;
  /** Invocations at once, if the template limits them. */
  readonly maximumConcurrency: number | undefined;
}

const SHAPE = {
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.coerce
    .number()
    .int()
    .min(1)
    .max(10, 'batches over 10 need a batching window, which is not interpreted')
    .default(10),
  MaximumBatchingWindowInSeconds: z.literal(0, 'a batching window is not interpreted').optional(),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().int().optional() }).optional(),
};

const IGNORED = { Tags: 'nobody reads them', MetricsConfig: 'there are no metrics' };

/** The enabled event source mappings of the template. */
export function readEventSources(
  template: Template,
  references: LaptopReferences,
  queues: readonly QueueShape[],
  functions: readonly DeployedFunction[],
): readonly EventSource[] {
  return resourcesOf(template, 'AWS::Lambda::EventSourceMapping').flatMap((logicalId) => {
    const properties = readProperties(template, references, logicalId, SHAPE, IGNORED);
    const queue = queues.find(({ arn }) => arn === properties.EventSourceArn);
    if (queue === undefined) {
      throw new Error(`${logicalId}: expected a queue of this stack, got ${properties.EventSourceArn}`);
    }
    if (!properties.Enabled) return [];
    return [
      {
        logicalId,
        queue,
        function: functionByArnOrName(functions, properties.FunctionName, logicalId),
        batchSize: properties.BatchSize,
        reportsFailures: properties.FunctionResponseTypes.length > 0,
        maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
      },
    ];
  });
}
