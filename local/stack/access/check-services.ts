import type { AsyncPolicy } from '../functions/async-invocation.ts';
import type { EventSource } from '../queues/read-event-sources.ts';
import { accessKeyIdOf } from './access-key.ts';
import type { Gate } from './gate.ts';
import type { Need } from './statement.ts';

/** Source: AWS Lambda developer guide, `services-sqs-configure`, execution role permissions. */
const EVENT_SOURCE_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * Refuses a template in which Lambda itself, acting in a function's role, could not do its part: feed the function
 * from its queue, and put away events that failed for good. On AWS, creating these would fail.
 */
export function checkServices(
  gate: Gate,
  sources: readonly EventSource[],
  policies: ReadonlyMap<string, AsyncPolicy>,
): void {
  for (const { logicalId, queue, function: fn } of sources) {
    const needs = EVENT_SOURCE_ACTIONS.map((action) => ({ action, resources: [queue.arn] }));
    check(gate, logicalId, fn.logicalId, needs);
  }
  for (const [functionId, { onFailureArn, deadLetterArn }] of policies) {
    const queues = [onFailureArn, deadLetterArn].filter((arn) => arn !== undefined);
    const needs = queues.map((arn) => ({ action: 'sqs:SendMessage', resources: [arn] }));
    check(gate, `${functionId}'s failed events`, functionId, needs);
  }
}

function check(gate: Gate, by: string, functionId: string, needs: readonly Need[]): void {
  const refusal = gate.check(accessKeyIdOf(functionId), () => needs);
  if (refusal !== undefined) throw new Error(`${by}: Lambda would be refused. ${refusal.message}`);
}
