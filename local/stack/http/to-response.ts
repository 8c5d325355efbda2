import type { InvocationResult } from '../functions/invocation.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

/** An answer that the gateway makes itself. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  };
}

const FAILED = gatewayAnswer(500, 'Internal Server Error');

/**
 * What a function returned, by the rules of payload format 2.0: an object with `statusCode` is taken as it is,
 * anything else is the body of a 200. A function error, or an answer of the wrong form, is a 500.
 *
 * Source: API Gateway developer guide, `http-api-develop-integrations-lambda`.
 */
export function toResponse(result: InvocationResult): HttpAnswer {
  if (result.kind !== 'returned') return FAILED;
  const { payload } = result;
  if (!isObject(payload) || payload['statusCode'] === undefined) {
    if (payload === undefined) return FAILED;
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    };
  }
  const status = Number(payload['statusCode']);
  const body = payload['body'] ?? '';
  const headers = payload['headers'] ?? {};
  const cookies = payload['cookies'] ?? [];
  if (!Number.isInteger(status) || status < 100 || status > 599) return FAILED;
  if (typeof body !== 'string' || !isObject(headers) || !Array.isArray(cookies)) return FAILED;
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(cookies.length === 0 ? {} : { 'set-cookie': cookies.map(String) }),
    },
    body: payload['isBase64Encoded'] === true ? Buffer.from(body, 'base64') : body,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
