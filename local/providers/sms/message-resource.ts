import type { SmsMessage } from '../messages.ts';

/** A message as the stand-in keeps it: the carrier moves its status on. */
export type KeptSms = { -readonly [K in keyof SmsMessage]: SmsMessage[K] } & { sentAt?: string };

/** A message in the wire shape of Twilio's 2010-04-01 API. Dates are RFC 2822, as there. */
export function messageResource(message: KeptSms, accountSid: string, messagingServiceSid: string): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.providerId}`;
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: message.text,
    date_created: rfc2822(message.at),
    date_sent: message.sentAt === undefined ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.sentAt ?? message.at),
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: null,
    messaging_service_sid: messagingServiceSid,
    num_media: '0',
    // With a messaging service the number of segments is not known when the call is answered.
    num_segments: message.status === 'accepted' ? '0' : String(message.segments),
    price: null,
    price_unit: null,
    sid: message.providerId,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

function rfc2822(iso: string): string {
  return new Date(iso).toUTCString().replace('GMT', '+0000');
}
