import type { Hono } from 'hono';
import { ID_PATTERN } from '../domain/id.ts';
import type { Instant } from '../domain/time.ts';
import { isMessageStatus } from '../feedback/twilio/message-status.ts';
import { field, type SignedFields, signedFields } from '../feedback/twilio/signed-form.ts';
import type { IncomingMessage, MessageTaken } from '../feedback/twilio/take-message.ts';
import type { Report, ReportTaken } from '../feedback/twilio/take-report.ts';
import type { Log } from '../runtime/log.ts';
import { newApp } from './new-app.ts';
import { ProblemError } from './problem.ts';
import { requireShort } from './read-body.ts';

export interface TwilioFeedbackDependencies {
  /** Whether Twilio signed these fields for this address; undefined while the account's token is all that is not filled in. */
  readonly isSigned: (signature: string, url: string, fields: SignedFields) => Promise<boolean | undefined>;
  readonly takeReport: (report: Report) => Promise<ReportTaken>;
  readonly takeMessage: (message: IncomingMessage) => Promise<MessageTaken>;
  readonly publicUrl: string;
  readonly now: () => Instant;
  readonly log: Log;
}

const PHONE = /^\+[1-9]\d{6,14}$/;
const SID = /^[A-Z]{2}[0-9a-f]{32}$/;
const CODE = /^\d{1,6}$/;

/** Nothing is said: Twilio answers STOP, START and HELP itself. */
const SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/** What Twilio calls: reports of what became of our texts, and what people write back. */
export function twilioFeedbackApp(deps: TwilioFeedbackDependencies): Hono {
  const app = newApp(deps.log);

  app.post('/v1/feedback/twilio/status', async (context) => {
    const fields = await requireSigned(context.req.raw);
    const { searchParams } = new URL(context.req.url);
    const id = (name: string) => {
      const value = searchParams.get(name) ?? '';
      return ID_PATTERN.test(value) ? value : undefined;
    };
    const [page, update, delivery] = [id('page'), id('update'), id('delivery')];
    const status = field(fields, 'MessageStatus');
    const sid = field(fields, 'MessageSid');
    const phone = field(fields, 'To');
    const code = field(fields, 'ErrorCode');
    // Fields and statuses get added over time: what is not understood is no report.
    if (!isMessageStatus(status) || !SID.test(sid) || !PHONE.test(phone)) return context.body(null, 204);
    const result = await deps.takeReport({
      sid,
      status,
      phone,
      ...(CODE.test(code) && { errorCode: Number(code) }),
      ...(page !== undefined && { page }),
      ...(update !== undefined && { update }),
    });
    deps.log({
      event: 'sms.status',
      status,
      result,
      ...(page !== undefined && { page }),
      ...(update !== undefined && { update }),
      ...(delivery !== undefined && { delivery }),
      ...(CODE.test(code) && { code }),
      reports: 1,
    });
    return context.body(null, 204);
  });

  app.post('/v1/feedback/twilio/message', async (context) => {
    const fields = await requireSigned(context.req.raw);
    const sid = field(fields, 'MessageSid');
    const phone = field(fields, 'From');
    // Short codes write too, and other channels than SMS: none of them is a subscriber.
    if (SID.test(sid) && PHONE.test(phone)) {
      const optOutType = field(fields, 'OptOutType');
      const taken = await deps.takeMessage({
        sid,
        phone,
        body: field(fields, 'Body'),
        ...(optOutType !== '' && { optOutType }),
      });
      deps.log({ event: 'sms.answer', result: taken.kind, ...('rows' in taken && { rows: taken.rows }) });
    }
    return context.body(SILENCE, 200, { 'content-type': 'text/xml' });
  });

  return app;

  async function requireSigned(request: Request): Promise<SignedFields> {
    const { pathname, search } = new URL(request.url);
    const fields = signedFields(new TextDecoder().decode(requireShort(await request.arrayBuffer())));
    const signature = request.headers.get('x-twilio-signature') ?? '';
    // The signed address is the one that we gave out: behind a gateway, Host says something else.
    const signed = await deps.isSigned(signature, `${deps.publicUrl}${pathname}${search}`, fields);
    if (signed === true) return fields;
    if (signed === undefined) {
      throw new ProblemError({
        status: 503,
        code: 'unavailable',
        detail: "Expected the secret of Twilio to hold the account's token, got it empty",
      });
    }
    throw new ProblemError({
      status: 403,
      code: 'unknown-source',
      detail: "Expected Twilio's signature, got none or another",
    });
  }
}
