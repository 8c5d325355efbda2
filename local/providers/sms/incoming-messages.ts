import { randomBytes } from 'node:crypto';
import { twilioSignature } from './status-callbacks.ts';
import type { TwilioCredentials } from './twilio-credentials.ts';

/** A text that somebody writes back to our number. */
export interface IncomingText {
  readonly from: string;
  readonly body: string;
  /** Where the messaging service hands it to. */
  readonly url: string;
  /** With Advanced Opt-Out on: what Twilio took it for. */
  readonly optOutType?: 'STOP' | 'START' | 'HELP';
  /** A message that is handed over once more, as after an answer that got lost. */
  readonly sid?: string;
}

export interface IncomingMessages {
  /** Does with an incoming text what Twilio does: keeps the opt-outs, then hands it over, signed. */
  take(
    text: IncomingText,
  ): Promise<{ readonly sid: string; readonly status: number; readonly answer: string }>;
  /** Whether the number has said STOP to the messaging service: Twilio refuses texts to it with 21610. */
  hasStopped(number: string): boolean;
}

/** Twilio's own words (support.twilio.com, opt-out keywords): whole messages, in any case. */
const STOP = /^(stop|stopall|unsubscribe|end|quit|cancel|revoke|optout)$/i;
const START = /^(start|yes|unstop)$/i;

export function createIncomingMessages(credentials: TwilioCredentials): IncomingMessages {
  const stopped = new Set<string>();
  return {
    hasStopped: (number) => stopped.has(number),
    async take({ from, body, url, optOutType, sid = `SM${randomBytes(16).toString('hex')}` }) {
      if (optOutType === 'STOP' || STOP.test(body.trim())) stopped.add(from);
      if (optOutType === 'START' || START.test(body.trim())) stopped.delete(from);
      const fields = {
        AccountSid: credentials.accountSid,
        ApiVersion: '2010-04-01',
        Body: body,
        From: from,
        MessageSid: sid,
        MessagingServiceSid: credentials.messagingServiceSid,
        NumMedia: '0',
        NumSegments: '1',
        SmsMessageSid: sid,
        SmsSid: sid,
        SmsStatus: 'received',
        To: '+15005550006',
        ...(optOutType !== undefined && { OptOutType: optOutType }),
      };
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'x-twilio-signature': twilioSignature(credentials.authToken, url, fields) },
        body: new URLSearchParams(fields),
      });
      return { sid, status: response.status, answer: await response.text() };
    },
  };
}
