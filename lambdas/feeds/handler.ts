import { handle } from 'hono/aws-lambda';
import { compose } from './compose.ts';

/** Called by the HTTP API: feeds and calendars. */
export const handler = handle(compose());
