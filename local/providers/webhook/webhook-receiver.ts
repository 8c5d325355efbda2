import type { IncomingHttpHeaders } from 'node:http';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { type Fault, type Faults, playFault } from '../faults.ts';
import {
  type Answer,
  type Call,
  type HttpEndpoint,
  json,
  type Reply,
  startHttpEndpoint,
} from '../http-endpoint.ts';
import type { Records } from '../records.ts';
import { challengeOf, updateOf } from './payload.ts';
import { RecordedWebhook } from './recorded-webhook.ts';

export interface WebhookParts {
  readonly records: Records;
  readonly faults: Faults;
  readonly intern: (text: string) => string;
}

export interface WebhookReceiver extends HttpEndpoint {
  /** Makes the receiver know the secret of one endpoint. A call for an unknown endpoint is refused. */
  register(url: string, secret: string): void;
}

/**
 * A receiver of webhooks: every path is an endpoint of somebody's. It verifies the Standard Webhooks signature
 * as a careful receiver would, refuses what does not verify (401), and answers 204. A challenge it echoes; an endpoint
 * that did so before its secret was registered takes everything until then.
 */
export async function startWebhookReceiver(parts: WebhookParts): Promise<WebhookReceiver> {
  const { records, faults, intern } = parts;
  const endpoints = new Map<string, { readonly secret: Webhook | undefined; readonly seen: Set<string> }>();

  function accept(call: Call, url: string, body: string, update: string): Reply {
    const challenge = challengeOf(body);
    // Whoever signs an endpoint up is told its secret only once the endpoint has echoed a challenge.
    if (challenge !== undefined && !endpoints.has(call.target)) {
      endpoints.set(call.target, { secret: undefined, seen: new Set() });
    }
    const endpoint = endpoints.get(call.target);
    const refusal = endpoint
      ? endpoint.secret && verify(endpoint.secret, body, call.headers)
      : 'no secret is registered for this URL';
    if (!endpoint || refusal !== undefined) {
      records.refuse({ channel: 'webhook', code: '401', reason: refusal ?? '', to: url, update });
      return { status: 401, body: `${refusal}\n` };
    }
    const id = header(call.headers, 'webhook-id');
    const repeat = endpoint.seen.has(id);
    endpoint.seen.add(id);
    const signature = endpoint.secret ? 'verified' : 'unchecked';
    records.accept(
      new RecordedWebhook(
        { to: url, update: intern(update), id, repeat, signature },
        body,
        call.headers,
        intern,
      ),
    );
    return challenge === undefined ? { status: 204 } : json(200, { challenge });
  }

  function refuse(fault: Fault, to: string, update: string): Reply {
    const status = fault.status ?? 500;
    const reason = fault.message ?? `scripted fault${fault.drop ? ` (dropped ${fault.drop})` : ''}`;
    records.refuse({
      channel: 'webhook',
      code: String(status),
      reason,
      to,
      update,
      accepted: fault.processed === true,
    });
    const retryAfter = fault.retryAfterSeconds;
    return {
      status,
      headers: { ...fault.headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
      body: fault.body ?? '',
    };
  }

  const endpoint: HttpEndpoint = await startHttpEndpoint('Webhook', (call): Answer | Promise<Answer> => {
    const url = `${endpoint.url}${call.target}`;
    if (call.method !== 'POST') return { status: 405, headers: { allow: 'POST' } };
    const body = intern(call.body.toString());
    const update = updateOf(body);
    const to = [url, call.target];
    const fault = faults.take({ channel: 'webhook', operation: 'POST', to, update });
    return playFault(
      fault,
      () => accept(call, url, body, update),
      (each) => refuse(each, url, update),
    );
  });

  return {
    ...endpoint,
    register(url, secret) {
      const { origin, pathname, search } = new URL(url);
      if (origin !== endpoint.url) throw new Error(`Expected an address of ${endpoint.url}, got ${origin}`);
      endpoints.set(pathname + search, { secret: new Webhook(secret), seen: new Set() });
    },
  };
}

function verify(secret: Webhook, body: string, headers: IncomingHttpHeaders): string | undefined {
  try {
    secret.verify(
      body,
      {
        'webhook-id': header(headers, 'webhook-id'),
        'webhook-timestamp': header(headers, 'webhook-timestamp'),
        'webhook-signature': header(headers, 'webhook-signature'),
      },
      { jsonParse: false },
    );
    return undefined;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
}

function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
