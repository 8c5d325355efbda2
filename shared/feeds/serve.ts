import { createHash } from 'node:crypto';
import { type Instant, type Millis, SECOND } from '../domain/time.ts';

/** What is served: bytes of a type, and when anything in them last changed. */
export interface Document {
  readonly type: string;
  readonly body: string;
  readonly changedAt: Instant;
}

/** Readers ask as often as they like; a proxy or a reader's own cache answers for a minute, and for a day when we cannot. */
const CACHE_CONTROL = 'public, max-age=60, stale-if-error=86400';

/** A time in seconds that is this young may still be that of another change. (RFC 9110 8.8.2.2) */
const SETTLED: Millis = 2 * SECOND;

/**
 * A document with its validators (RFC 9110 8.8), or 304 without it when the reader has it: by the entity tag when they sent
 * one, else by the time.
 */
export function serve(request: Request, { type, body, changedAt }: Document, now: Instant): Response {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const modified = changedAt > 0 && changedAt + SETTLED < now ? inSeconds(changedAt) : undefined;
  const headers = {
    etag,
    'cache-control': CACHE_CONTROL,
    ...(modified !== undefined && { 'last-modified': new Date(modified).toUTCString() }),
    // Readers in browsers: there is nothing here that is not public.
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  };
  if (isKnown(request, etag, modified)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, 'content-type': `${type}; charset=utf-8` } });
}

function isKnown({ headers }: Request, etag: string, modified: Instant | undefined): boolean {
  const tags = headers.get('if-none-match');
  // A weak comparison: who compressed it on the way may have marked the tag as weak.
  if (tags !== null)
    return tags.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
  const since = Date.parse(headers.get('if-modified-since') ?? '');
  return modified !== undefined && since >= modified;
}

function inSeconds(at: Instant): Instant {
  return Math.floor(at / SECOND) * SECOND;
}
