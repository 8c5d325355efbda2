import { type Millis, SECOND } from '../domain/time.ts';

/** Most calls of tables and queues are answered in milliseconds; the slowest in a second. */
const ANSWERED_WITHIN: Millis = 5 * SECOND;
const CONNECTED_WITHIN: Millis = 2 * SECOND;

/**
 * How the clients of tables, queues and secrets call: four times at most, and not for ever. Left to itself a client waits until the
 * function is ended, and a message that is cut off like that is spent on trouble that passes. Not for providers, whose calls must
 * not be made twice.
 */
export function awsCalls(answeredWithinMs: Millis = ANSWERED_WITHIN) {
  return {
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: CONNECTED_WITHIN,
      requestTimeout: answeredWithinMs,
      throwOnRequestTimeout: true,
    },
  };
}
