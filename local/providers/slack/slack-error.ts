import { json, type Reply } from '../http-endpoint.ts';

/** A call that Slack refuses; `messages` is what it says in `response_metadata`. */
export class SlackRefusal extends Error {
  readonly error: string;
  readonly messages: readonly string[];

  constructor(error: string, messages: readonly string[] = []) {
    super([error, ...messages].join(': '));
    this.error = error;
    this.messages = messages;
  }
}

/** The refusal in Slack's wire shape: HTTP 200, except for rate limits. */
export function slackError(error: string, messages: readonly string[] = []): Reply {
  return json(200, { ok: false, error, ...(messages.length > 0 && { response_metadata: { messages } }) });
}

/** 429 with `Retry-After` in whole seconds. */
export function slackRateLimited(retryAfterSeconds: number): Reply {
  return json(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(retryAfterSeconds) });
}
