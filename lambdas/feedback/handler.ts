import { handle } from 'hono/aws-lambda';
import { compose } from './compose.ts';

/** Called by the HTTP API: what providers report. */
export const handler = handle(compose());
