import { handle } from 'hono/aws-lambda';
import { compose } from './compose.ts';

/** Called by the HTTP API: the pages that links in messages open. */
export const handler = handle(await compose());
