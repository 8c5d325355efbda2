import type { Context } from 'aws-lambda';
import type { Instant } from '../domain/time.ts';

/** When this invocation is ended by Lambda, whatever it is doing. */
export function deadlineOf(context: Pick<Context, 'getRemainingTimeInMillis'>, now: Instant): Instant {
  return now + context.getRemainingTimeInMillis();
}
