import { randomUUID } from 'node:crypto';
import type { EventBridgeEvent } from 'aws-lambda';
import { ACCOUNT, REGION } from '../template/names.ts';

/** What a producer says of an event. */
export interface EmittedEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

/** The event as EventBridge hands it on. */
export function toBusEvent(
  { source, detailType, detail }: EmittedEvent,
  now: Date,
  resources: readonly string[] = [],
): EventBridgeEvent<string, unknown> {
  return {
    version: '0',
    id: randomUUID(),
    source,
    account: ACCOUNT,
    // EventBridge gives whole seconds.
    time: `${now.toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: [...resources],
    'detail-type': detailType,
    detail,
  };
}

/** The event that a schedule sends. */
export function scheduledEvent(ruleArn: string, now: Date): EventBridgeEvent<string, unknown> {
  return toBusEvent({ source: 'aws.events', detailType: 'Scheduled Event', detail: {} }, now, [ruleArn]);
}
