import { createHmac } from 'node:crypto';
import { CARRIER, type Faults } from '../faults.ts';
import type { Records } from '../records.ts';
import type { KeptSms } from './message-resource.ts';

const PARALLEL = 2;
const TIMEOUT_MS = 15_000;

export interface StatusCallbacks {
  /** Tells the sender that the message was sent and then what became of it, one after the other. */
  deliver(message: KeptSms, url: string): void;
  stop(): void;
}

/**
 * Twilio's signature of a callback: HMAC-SHA1 of the URL followed by each form field, sorted, name and value
 * run together (twilio.com/docs/usage/security).
 */
export function twilioSignature(
  authToken: string,
  url: string,
  fields: Readonly<Record<string, string>>,
): string {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = url + sorted.map(([name, value]) => name + value).join('');
  return createHmac('sha1', authToken).update(text).digest('base64');
}

/** A carrier that delivers what no fault is scripted for, two callbacks in flight at a time so that it never crowds the sender. */
export function createStatusCallbacks(
  credentials: {
    readonly accountSid: string;
    readonly authToken: string;
    readonly messagingServiceSid: string;
  },
  records: Records,
  faults: Pick<Faults, 'take'>,
): StatusCallbacks {
  const waiting: { message: KeptSms; url: string }[] = [];
  const stopping = new AbortController();
  let working = 0;

  async function post(
    message: KeptSms,
    url: string,
    status: 'sent' | 'delivered' | 'undelivered',
    errorCode?: string,
  ): Promise<void> {
    const fields = {
      AccountSid: credentials.accountSid,
      ApiVersion: '2010-04-01',
      MessageSid: message.providerId,
      MessageStatus: status,
      MessagingServiceSid: credentials.messagingServiceSid,
      SmsSid: message.providerId,
      SmsStatus: status,
      To: message.to,
      ...(errorCode !== undefined && { ErrorCode: errorCode }),
    };
    const signature = twilioSignature(credentials.authToken, url, fields);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'x-twilio-signature': signature },
        body: new URLSearchParams(fields),
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`expected 2xx, got ${response.status}`);
    } catch (error) {
      if (stopping.signal.aborted) return;
      const { to, update } = message;
      const reason = `status callback '${status}': ${error instanceof Error ? error.message : error}`;
      records.refuse({ channel: 'sms', code: '11200', reason, to, update, accepted: true });
    }
  }

  async function work(): Promise<void> {
    working += 1;
    for (let next = waiting.shift(); next && !stopping.signal.aborted; next = waiting.shift()) {
      const { message, url } = next;
      message.sentAt = new Date().toISOString();
      message.status = 'sent';
      await post(message, url, 'sent');
      const fault = faults.take({
        channel: 'sms',
        operation: CARRIER,
        to: [message.to],
        update: message.update,
      });
      message.status = fault === undefined ? 'delivered' : 'undelivered';
      await post(message, url, message.status, fault?.error === undefined ? undefined : String(fault.error));
    }
    working -= 1;
  }

  return {
    deliver(message, url) {
      waiting.push({ message, url });
      // After the answer to messages.create is on its way, as there.
      if (working < PARALLEL) setImmediate(() => working < PARALLEL && work());
    },
    stop() {
      waiting.length = 0;
      stopping.abort();
    },
  };
}
