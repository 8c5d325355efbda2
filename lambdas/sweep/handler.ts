import { compose } from './compose.ts';

const sweep = await compose();

/** Called by the schedule, each minute. */
export const handler = () => sweep();
