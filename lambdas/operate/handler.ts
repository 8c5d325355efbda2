import { handle } from 'hono/aws-lambda';
import { compose } from './compose.ts';

/** Called by the HTTP API. */
export const handler = handle(await compose());
