import { TwilioRefusal } from './twilio-error.ts';

/** The fields of messages.create that this stand-in models; any other is refused by name. */
const FIELDS = new Set([
  'To',
  'MessagingServiceSid',
  'Body',
  'StatusCallback',
  'ValidityPeriod',
  'SmartEncoded',
  'ShortenUrls',
  'RiskCheck',
  'ContentRetention',
  'AddressRetention',
  'Attempt',
  'ProvideFeedback',
]);

/** Numbers that always fail, as Twilio's test credentials have them (twilio.com/docs/iam/test-credentials). */
const MAGIC_NUMBERS: Readonly<Record<string, number>> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};

const MAX_BODY = 1_600;
const MAX_VALIDITY_SECONDS = 36_000;

export interface MessageForm {
  readonly to: string;
  readonly messagingServiceSid: string;
  readonly body: string;
  readonly smartEncoded: boolean;
  readonly statusCallback: string | undefined;
  /** The `update` parameter of the status callback. */
  readonly update: string;
}

/** Checks the form as Twilio does, in Twilio's order. Throws a refusal with Twilio's code. */
export function parseMessageForm(form: URLSearchParams, messagingServiceSid: string): MessageForm {
  for (const field of form.keys()) {
    if (!FIELDS.has(field)) throw new TwilioRefusal(20001, `the stand-in does not model the field ${field}`);
  }
  const to = form.get('To') ?? '';
  const body = form.get('Body') ?? '';
  if (to === '') throw new TwilioRefusal(21604);
  if (!/^\+[1-9]\d{6,14}$/.test(to)) throw new TwilioRefusal(21211, 'expected E.164');
  if (!form.has('MessagingServiceSid')) throw new TwilioRefusal(21603);
  if (form.get('MessagingServiceSid') !== messagingServiceSid)
    throw new TwilioRefusal(20404, 'messaging service');
  if (body === '') throw new TwilioRefusal(21602);
  if ([...body].length > MAX_BODY) throw new TwilioRefusal(21617);
  const validity = Number(form.get('ValidityPeriod') ?? MAX_VALIDITY_SECONDS);
  if (!Number.isInteger(validity) || validity < 1 || validity > MAX_VALIDITY_SECONDS) {
    throw new TwilioRefusal(20001, `expected ValidityPeriod of 1 to ${MAX_VALIDITY_SECONDS} seconds`);
  }
  const magic = MAGIC_NUMBERS[to];
  if (magic !== undefined) throw new TwilioRefusal(magic);
  const statusCallback = form.get('StatusCallback') ?? undefined;
  return {
    to,
    messagingServiceSid,
    body,
    smartEncoded: form.get('SmartEncoded') === 'true',
    statusCallback,
    update:
      statusCallback === undefined ? '' : (callbackUrl(statusCallback).searchParams.get('update') ?? ''),
  };
}

function callbackUrl(text: string): URL {
  const url = URL.parse(text);
  // Twilio does not take host names with an underscore.
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname.includes('_')) throw new TwilioRefusal(21609);
  return url;
}
