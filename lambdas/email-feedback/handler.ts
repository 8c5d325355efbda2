import { compose } from './compose.ts';

/** Called by the event source of the queue that SES's events come in by. */
export const handler = compose();
