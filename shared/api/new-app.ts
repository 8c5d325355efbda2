import { Hono } from 'hono';
import type { HTTPResponseError } from 'hono/types';
import { ID_PATTERN } from '../domain/id.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { isTrouble } from '../runtime/trouble.ts';
import { ONLY_HTTPS } from './only-https.ts';
import { ProblemError, problemResponse } from './problem.ts';

const UNAVAILABLE = 'Expected our tables to answer, got trouble; sending the same again does no harm';
const INTERNAL = 'Expected to be able to answer, got a bug of ours; it is in the log';

/**
 * What every answer says unless it says otherwise: it is for who has asked, is kept by nobody, and is what its type says. Answers of the
 * operator's API hold addresses and secrets. (ASVS 14.3.2, 3.2.1.)
 */
const DEFAULT_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...ONLY_HTTPS };

/** A Hono app whose every error is a problem: faults of the caller 4xx, trouble of ours 503, bugs 500 and logged. */
export function newApp(log: Log): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(DEFAULT_HEADERS)) {
      if (!context.res.headers.has(name)) context.header(name, value);
    }
  });
  app.onError((error: Error | HTTPResponseError, context) => {
    if (error instanceof ProblemError) return problemResponse(error.problem);
    log({ event: 'request.failed', route: context.req.routePath, error: errorName(error) });
    if (isTrouble(error)) {
      return problemResponse({ status: 503, code: 'unavailable', detail: UNAVAILABLE });
    }
    return problemResponse({ status: 500, code: 'internal-error', detail: INTERNAL });
  });
  app.notFound(() =>
    problemResponse({
      status: 404,
      code: 'not-found',
      detail: 'Expected a route of this API, got another path or method',
    }),
  );
  return app;
}

/** An id from the path. Throws a ProblemError when it is none. */
export function readId(params: Record<string, string>, name: string): string {
  const id = params[name] ?? '';
  if (ID_PATTERN.test(id)) return id;
  const message = 'Expected 1 to 64 of A-Z, a-z, 0-9, _ and -, got something else';
  throw new ProblemError({
    status: 400,
    code: 'invalid-id',
    detail: `Expected an id in the path, got something else as ${name}`,
    faults: [{ path: name, message }],
  });
}
