import type { SQSEvent } from 'aws-lambda';
import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import { compose } from './compose.ts';

const { answerHttp, answerWork } = await compose();

/** Called by the HTTP API, with requests of Slack and of people who install the app; and by the app's own work queue. */
export const handler = (event: LambdaEvent | SQSEvent, context: LambdaContext) =>
  'Records' in event ? answerWork(event) : answerHttp(event, context);
