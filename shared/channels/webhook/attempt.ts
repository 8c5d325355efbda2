import type { Cause } from '../../domain/cause.ts';
import type { AddressHash } from '../../domain/subscriber.ts';
import type { Instant, Millis } from '../../domain/time.ts';
import type { Posted } from './post-json.ts';

/** Of an answer's body, what is kept for the endpoint's owner, and for nobody else. In bytes. */
export const LONGEST_EXCERPT = 2_048;

/** One call as its endpoint's owner may look it up. */
export interface Attempt {
  readonly page: string;
  readonly h: AddressHash;
  readonly at: Instant;
  /** Id of the update, or `ping`. */
  readonly update: string;
  readonly attempt: number;
  /** Made because somebody asked for it, beside what the fan-out does. */
  readonly asked?: true;
  readonly told: boolean;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** Why it did not count as told. */
  readonly cause?: Cause;
  readonly durationMs: Millis;
  /** The beginning of the answer's body. */
  readonly excerpt?: string;
}

export type NoteAttempt = (attempt: Attempt) => Promise<void>;

/** What was answered, for the log. */
export function answeredWith(posted: Posted): Pick<Attempt, 'status' | 'excerpt'> {
  if (posted.kind !== 'answer') return {};
  const excerpt = Buffer.from(posted.body).subarray(0, LONGEST_EXCERPT).toString('utf8').toWellFormed();
  return { status: posted.status, ...(excerpt !== '' && { excerpt }) };
}
