import { randomBytes } from 'node:crypto';
import { type Fault, type Faults, playFault } from '../faults.ts';
import {
  type Answer,
  type Call,
  type HttpEndpoint,
  json,
  type Reply,
  startHttpEndpoint,
} from '../http-endpoint.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { Records } from '../records.ts';
import { createIncomingMessages, type IncomingMessages } from './incoming-messages.ts';
import { type MessageForm, parseMessageForm } from './message-form.ts';
import { listMessages } from './message-list.ts';
import { type KeptSms, messageResource } from './message-resource.ts';
import { countSegments, smartEncode } from './segments.ts';
import { createStatusCallbacks } from './status-callbacks.ts';
import type { TwilioCredentials } from './twilio-credentials.ts';
import { TwilioRefusal, twilioError } from './twilio-error.ts';

export interface TwilioParts {
  readonly credentials: TwilioCredentials;
  readonly records: Records;
  readonly faults: Faults;
  readonly intern: (text: string) => string;
  /** Calls per second and calls in flight that the account takes. */
  readonly rate: RateLimit;
  readonly concurrency: number;
  /** Whether `sent` and `delivered` callbacks go to loopback addresses. */
  readonly statusCallbacks: boolean;
}

/** Twilio's messages.create and messages.list, a carrier, and people who write back. */
export async function startTwilioStandIn(
  parts: TwilioParts,
): Promise<HttpEndpoint & { readonly incoming: IncomingMessages }> {
  const { credentials, records, faults } = parts;
  const byRecipient = new Map<string, KeptSms[]>();
  const callbacks = createStatusCallbacks(credentials, records, faults);
  const incoming = createIncomingMessages(credentials);
  const path = `/2010-04-01/Accounts/${credentials.accountSid}/Messages.json`;
  let inFlight = 0;

  function accept(form: MessageForm): Reply {
    const text = parts.intern(form.smartEncoded ? smartEncode(form.body) : form.body);
    const counted = countSegments(text);
    const { to, update, statusCallback } = form;
    const sms: KeptSms = records.accept({
      channel: 'sms',
      to,
      update: parts.intern(update),
      providerId: `SM${randomBytes(16).toString('hex')}`,
      text,
      ...counted,
      status: 'accepted',
      ...(statusCallback !== undefined && { statusCallback }),
    });
    const kept = byRecipient.get(to);
    if (kept) kept.push(sms);
    else byRecipient.set(to, [sms]);
    const reply = json(201, messageResource(sms, credentials.accountSid, credentials.messagingServiceSid));
    if (parts.statusCallbacks && statusCallback !== undefined && isLoopback(statusCallback)) {
      callbacks.deliver(sms, statusCallback);
    } else {
      Object.assign(sms, { status: 'delivered', sentAt: sms.at });
    }
    return reply;
  }

  function refuse(fault: Fault, to: string, update: string): Reply {
    const code = typeof fault.error === 'number' ? fault.error : 20500;
    const known = new TwilioRefusal(code);
    const reason =
      fault.message ?? `scripted fault (${fault.drop ? `dropped ${fault.drop}` : known.message})`;
    records.refuse({
      channel: 'sms',
      code: String(code),
      reason,
      to,
      update,
      accepted: fault.processed === true,
    });
    return twilioError(
      code,
      fault.message ?? known.message,
      fault.status ?? known.status,
      fault.retryAfterSeconds,
    );
  }

  function create(call: Call): Answer | Promise<Answer> {
    const raw = new URLSearchParams(call.body.toString());
    const to = raw.get('To') ?? '';
    const update = URL.parse(raw.get('StatusCallback') ?? '')?.searchParams.get('update') ?? '';
    const fault = faults.take({ channel: 'sms', operation: 'messages.create', to: [to], update });
    return playFault(
      fault,
      () =>
        guarded(
          () => {
            if (inFlight > parts.concurrency || parts.rate.take('account') > 0)
              throw new TwilioRefusal(20429);
            const form = parseMessageForm(raw, credentials.messagingServiceSid);
            if (incoming.hasStopped(form.to)) throw new TwilioRefusal(21610);
            return accept(form);
          },
          to,
          update,
        ),
      (each) => refuse(each, to, update),
    );
  }

  function list(call: Call): Answer | Promise<Answer> {
    const to = call.query.get('To');
    const all =
      to === null ? records.messages().filter((each) => each.channel === 'sms') : byRecipient.get(to);
    const fault = faults.take({
      channel: 'sms',
      operation: 'messages.list',
      to: to === null ? [] : [to],
      update: '',
    });
    const process = () =>
      guarded(() => json(200, listMessages(call.query, all ?? [], credentials)), to ?? '', '');
    return playFault(fault, process, (each) => refuse(each, to ?? '', ''));
  }

  function guarded(act: () => Reply, to: string, update: string): Reply {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof TwilioRefusal)) throw error;
      records.refuse({ channel: 'sms', code: String(error.code), reason: error.message, to, update });
      return twilioError(error.code, error.message, error.status);
    }
  }

  async function answer(call: Call): Promise<Answer> {
    const expected = `Basic ${btoa(`${credentials.apiKeySid}:${credentials.apiKeySecret}`)}`;
    const refusal = (code: number, detail?: string) => () => {
      throw new TwilioRefusal(code, detail);
    };
    if (call.headers.authorization !== expected) return guarded(refusal(20003), '', '');
    if (call.path !== path)
      return guarded(refusal(20404, `the stand-in does not model ${call.path}`), '', '');
    if (call.method === 'POST') return create(call);
    if (call.method === 'GET') return list(call);
    return guarded(refusal(20404, `the stand-in does not model ${call.method}`), '', '');
  }

  const endpoint = await startHttpEndpoint('Twilio', async (call) => {
    inFlight += 1;
    try {
      return await answer(call);
    } finally {
      inFlight -= 1;
    }
  });
  return {
    url: endpoint.url,
    incoming,
    async stop() {
      callbacks.stop();
      await endpoint.stop();
    },
  };
}

function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname;
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}
