import type { SQSEvent } from 'aws-lambda';
import type { LambdaEvent } from 'hono/aws-lambda';
import { compose } from './compose.ts';

const { answerHttp, answerEvents } = await compose();

/** Called by the HTTP API, and by the event source of the queue that events of the bus come in by. */
export const handler = (event: LambdaEvent | SQSEvent) =>
  'Records' in event ? answerEvents(event) : answerHttp(event);
