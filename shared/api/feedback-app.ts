import type { Hono } from 'hono';
import { ID_PATTERN } from '../domain/id.ts';
import type { Log } from '../runtime/log.ts';
import { newApp } from './new-app.ts';
import { ProblemError } from './problem.ts';

export interface FeedbackDependencies {
  /** Whether Twilio signed these parameters for this address. */
  readonly isSigned: (signature: string, url: string, params: Readonly<Record<string, string>>) => boolean;
  readonly publicUrl: string;
  readonly log: Log;
}

const STATUSES = /^[a-z_]{1,30}$/;
const CODE = /^\d{1,6}$/;

/** What providers report after they have accepted a message. Reports are logged by delivery; the ledger's past stands. */
export function feedbackApp(deps: FeedbackDependencies): Hono {
  const app = newApp(deps.log);

  app.post('/v1/feedback/twilio/status', async (context) => {
    const { pathname, search, searchParams } = new URL(context.req.url);
    const params = Object.fromEntries(new URLSearchParams(await context.req.text()));
    // The signed address is the one that we gave out: behind a gateway, Host says something else.
    const signature = context.req.header('x-twilio-signature') ?? '';
    if (!deps.isSigned(signature, `${deps.publicUrl}${pathname}${search}`, params)) {
      throw new ProblemError({
        status: 403,
        code: 'unknown-source',
        detail: "Expected Twilio's signature, got none or another",
      });
    }
    const [page, update, delivery] = ['page', 'update', 'delivery'].map(
      (name) => searchParams.get(name) ?? '',
    );
    const status = params['MessageStatus'] ?? '';
    const code = params['ErrorCode'] ?? '';
    if (
      page &&
      update &&
      delivery &&
      [page, update, delivery].every((id) => ID_PATTERN.test(id)) &&
      STATUSES.test(status)
    ) {
      deps.log({ event: 'sms.status', page, update, delivery, status, ...(CODE.test(code) && { code }) });
    }
    return context.body(null, 204);
  });

  return app;
}
