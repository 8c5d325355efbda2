import type { Context } from 'hono';
import type { LambdaEvent } from 'hono/aws-lambda';

/**
 * Who asks, as the HTTP API saw it: never a header, which anybody can write. Counted by network, never stored as it is. Empty
 * outside of Lambda: all such callers count as one.
 */
export function clientIp(context: Context): string {
  const { event }: { event?: Partial<Extract<LambdaEvent, { rawPath: string }>> } = context.env ?? {};
  return event?.requestContext?.http?.sourceIp ?? '';
}
