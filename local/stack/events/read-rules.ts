import { z } from 'zod';
import { type DeployedFunction, functionByArnOrName } from '../functions/read-functions.ts';
import type { QueueShape } from '../queues/read-queues.ts';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';
import { type Pattern, parsePattern } from './pattern.ts';
import { ratePeriodMs } from './rate.ts';

/** Who gets an event: a function, or a queue whose messages are then the events as JSON. */
export type RuleTarget = (
  | { readonly kind: 'function'; readonly function: DeployedFunction }
  | { readonly kind: 'queue'; readonly queue: QueueShape }
) & {
  /** What it gets instead of the event, if the rule says so. */
  readonly input: unknown;
};

/** An enabled rule of EventBridge. */
export interface Rule {
  readonly logicalId: string;
  readonly arn: string;
  readonly trigger:
    | { readonly kind: 'schedule'; readonly periodMs: number }
    | { readonly kind: 'pattern'; readonly pattern: Pattern };
  readonly targets: readonly RuleTarget[];
}

const TARGET = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  // Both are about events that EventBridge cannot hand over. Here it always can; what the function makes of an
  // event is its asynchronous invocation's business (functions/async-invocation.ts), as on AWS.
  DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
  RetryPolicy: z.unknown().optional(),
});

const SHAPE = {
  Name: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: z.unknown().optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(TARGET).default([]),
};

const IGNORED = {
  Description: 'nobody reads it',
  RoleArn: 'services call functions without asking',
  Tags: 'nobody reads them',
};

/** The enabled rules of the template. Rules of two event buses are an error: `emit` names none. */
export function readRules(
  template: Template,
  references: LaptopReferences,
  functions: readonly DeployedFunction[],
  queues: readonly QueueShape[],
): readonly Rule[] {
  const buses = new Set<string>();
  const rules = resourcesOf(template, 'AWS::Events::Rule').flatMap((logicalId) => {
    const properties = readProperties(template, references, logicalId, SHAPE, IGNORED);
    if (properties.State === 'DISABLED') return [];
    const { ScheduleExpression, EventPattern } = properties;
    if ((ScheduleExpression === undefined) === (EventPattern === undefined)) {
      throw new Error(`${logicalId}: expected either a schedule or an event pattern`);
    }
    if (EventPattern !== undefined) buses.add(properties.EventBusName);
    const targets = properties.Targets.map(({ Arn, Input }) => ({
      ...targetOf(Arn, queues, functions, logicalId),
      input: Input === undefined ? undefined : JSON.parse(Input),
    }));
    const trigger: Rule['trigger'] =
      ScheduleExpression === undefined
        ? { kind: 'pattern', pattern: parsePattern(EventPattern) }
        : { kind: 'schedule', periodMs: ratePeriodMs(ScheduleExpression) };
    return [{ logicalId, arn: references.arn(logicalId), trigger, targets }];
  });
  if (buses.size > 1) throw new Error(`Expected rules of one event bus, found ${[...buses].join(', ')}`);
  return rules;
}

function targetOf(
  arn: string,
  queues: readonly QueueShape[],
  functions: readonly DeployedFunction[],
  logicalId: string,
) {
  const queue = queues.find((candidate) => candidate.arn === arn);
  if (queue !== undefined) return { kind: 'queue', queue } as const;
  return { kind: 'function', function: functionByArnOrName(functions, arn, logicalId) } as const;
}
