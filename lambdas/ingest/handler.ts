import type { EventBridgeEvent } from 'aws-lambda';
import type { LambdaEvent } from 'hono/aws-lambda';
import { compose } from './compose.ts';

const { answerHttp, takeEvent } = await compose();

type IngestEvent = LambdaEvent | EventBridgeEvent<string, unknown>;

/** Called by the HTTP API, and by the event bus with an update in `detail`. */
export const handler = (event: IngestEvent) =>
  'detail-type' in event ? takeEvent(event) : answerHttp(event);
