import type { Hono } from 'hono';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';

/**
 * What a function that the HTTP API calls hands to Lambda. A GET or HEAD may bring a body (RFC 9110, section 9.3.1), and API Gateway does not
 * say that it takes it off. `Request` takes none: Hono's adapter would answer a bare 400 and write what is no line of our log. Nobody
 * reads it, so it is dropped.
 */
export function answerHttp(app: Hono) {
  const answer = handle(app);
  return (event: LambdaEvent, context?: LambdaContext) => answer(withoutIdleBody(event), context);
}

function withoutIdleBody(event: LambdaEvent): LambdaEvent {
  if (!('rawPath' in event) || !event.body) return event;
  const isIdle = ['GET', 'HEAD'].includes(event.requestContext.http.method.toUpperCase());
  return isIdle ? { ...event, body: null, isBase64Encoded: false } : event;
}
