import { isoTime } from '../channels/text/utc.ts';
import { type Instant, SECOND } from '../domain/time.ts';

/**
 * Errors of the HTTP API: RFC 9457 problem details with a stable `code`, and the path of each faulty field. They
 * say what was expected and what was got, and never repeat a secret.
 */
export interface FieldFault {
  /** Path of the field, such as `components.0.newStatus`; empty for the whole body. */
  readonly path: string;
  readonly message: string;
}

export interface Problem {
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly faults?: readonly FieldFault[];
  /** When the same request may be taken: `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** Our tables and queues are away for moments. */
const UNAVAILABLE_SECONDS = 2;

const TITLES = {
  'invalid-json': 'The body is not JSON',
  'invalid-body': 'The body has faulty fields',
  'invalid-id': 'An id in the path is malformed',
  'invalid-query': 'The query has faulty parameters',
  'body-too-large': 'The body is too large',
  unauthorized: 'The operator key is missing or wrong',
  'unknown-page': 'There is no such page',
  'unknown-update': 'There is no such update',
  'unknown-incident': 'There is no such incident',
  'unknown-component': 'There is no such component or group',
  'unknown-subscriber': 'There is no such subscriber',
  'unknown-source': 'There is no such source',
  'update-conflict': 'The update id is taken by other content',
  'incident-too-large': 'The incident has too many components',
  'wrong-state': 'The subscriber is in another state',
  left: 'Only they can come back',
  'too-often': 'The address has had its share for now',
  'unsupported-channel': 'The channel is switched off',
  'not-set-up': 'The Slack app has not been set up',
  'not-found': 'There is nothing at this address',
  unavailable: 'Our tables cannot be reached just now',
  'internal-error': 'The request met a fault of ours',
} as const;

export type ProblemCode = keyof typeof TITLES;

export const PROBLEM_CODES = Object.keys(TITLES);

/** A problem as a response. Those that pass say when to try again. */
export function problemResponse({ status, code, detail, faults, retryAfterSeconds }: Problem): Response {
  const wait = code === 'unavailable' ? UNAVAILABLE_SECONDS : retryAfterSeconds;
  const body = {
    type: `urn:incident-fanout:problem:${code}`,
    title: TITLES[code],
    status,
    code,
    detail,
    // Where Statuspage's clients look.
    message: detail,
    faults,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(wait !== undefined && { 'retry-after': String(wait) }),
      ...(code === 'unauthorized' && { 'www-authenticate': 'Bearer' }),
    },
  });
}

/** The answer to who has had their share: when there is room again. `share` is what was expected of them. */
export function tooOften(share: string, until: Instant, now: Instant): ProblemError {
  return new ProblemError({
    status: 429,
    code: 'too-often',
    detail: `Expected ${share}, got more; there is room at ${isoTime(until)}`,
    retryAfterSeconds: Math.max(1, Math.ceil((until - now) / SECOND)),
  });
}

/** Thrown by request parsing and turned into its response in one place. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}
