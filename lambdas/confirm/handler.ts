import { compose } from './compose.ts';

/** Called by the event source of the confirmation queue. */
export const handler = await compose();
