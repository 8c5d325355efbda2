import { json, type Reply } from '../http-endpoint.ts';

/** Twilio's words and HTTP status for each code that the stand-in may answer (twilio.com/docs/api/errors). */
const ERRORS: Readonly<Record<number, { readonly status: number; readonly message: string }>> = {
  20001: { status: 400, message: 'Invalid parameter' },
  20003: { status: 401, message: 'Authenticate' },
  20005: { status: 403, message: 'Account is not active' },
  20404: { status: 404, message: 'The requested resource was not found' },
  20429: { status: 429, message: 'Too Many Requests' },
  20500: { status: 500, message: 'An internal server error has occurred' },
  21211: { status: 400, message: "Invalid 'To' Phone Number" },
  21408: { status: 400, message: 'Permission to send an SMS has not been enabled for the region' },
  21602: { status: 400, message: 'Message body is required.' },
  21603: { status: 400, message: "A 'From' phone number is required." },
  21604: { status: 400, message: "A 'To' phone number is required." },
  21609: { status: 400, message: "The 'StatusCallback' URL is not a valid URL." },
  21610: { status: 400, message: 'Attempt to send to unsubscribed recipient' },
  21611: { status: 429, message: "This 'From' number has exceeded the maximum number of queued messages" },
  21612: { status: 400, message: "The 'To' number is not currently reachable via SMS" },
  21614: { status: 400, message: "'To' number is not a valid mobile number" },
  21617: { status: 400, message: 'The concatenated message body exceeds the 1600 character limit' },
  30022: { status: 429, message: 'US A2P 10DLC rate limits exceeded' },
  30450: { status: 400, message: 'Message delivery blocked (SMS pumping protection)' },
};

/** A call that Twilio refuses. */
export class TwilioRefusal extends Error {
  readonly code: number;
  readonly status: number;

  constructor(code: number, detail?: string) {
    const known = ERRORS[code];
    super([known?.message ?? 'Unknown error', detail].filter(Boolean).join(': '));
    this.code = code;
    this.status = known?.status ?? 400;
  }
}

/** The refusal in Twilio's wire shape, which the client turns into a RestException. */
export function twilioError(
  code: number,
  message: string,
  status: number,
  retryAfterSeconds?: number,
): Reply {
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  const retryAfter =
    retryAfterSeconds === undefined ? undefined : { 'retry-after': String(retryAfterSeconds) };
  return json(status, body, retryAfter);
}
