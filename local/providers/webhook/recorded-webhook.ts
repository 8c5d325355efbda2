import type { IncomingHttpHeaders } from 'node:http';
import type { Header, WebhookMessage } from '../messages.ts';
import { parse } from './payload.ts';

/** Headers of the connection, not of the message. */
const CONNECTION_HEADERS = new Set(['connection', 'host', 'content-length', 'transfer-encoding']);

/** A webhook call as it is kept: the body once per update, headers as text. */
export class RecordedWebhook implements Omit<WebhookMessage, 'n' | 'at'> {
  readonly channel = 'webhook';
  readonly to: string;
  readonly update: string;
  readonly providerId: string;
  readonly signature: WebhookMessage['signature'];
  readonly repeat: boolean;
  readonly text: string;
  readonly #headerNames: string;
  readonly #headerValues: readonly string[];

  constructor(
    call: Pick<WebhookMessage, 'to' | 'update' | 'repeat' | 'signature'> & { readonly id: string },
    body: string,
    headers: IncomingHttpHeaders,
    intern: (text: string) => string,
  ) {
    this.to = call.to;
    this.update = call.update;
    this.providerId = call.id;
    this.repeat = call.repeat;
    this.signature = call.signature;
    this.text = body;
    const shown = Object.entries(headers).filter(([name]) => !CONNECTION_HEADERS.has(name));
    this.#headerNames = intern(shown.map(([name]) => name).join('\n'));
    this.#headerValues = shown.map(([, value]) => (Array.isArray(value) ? value.join(', ') : (value ?? '')));
  }

  get body(): unknown {
    return parse(this.text);
  }

  get headers(): readonly Header[] {
    const names = this.#headerNames.split('\n');
    return names.map((name, place) => ({ name, value: this.#headerValues[place] ?? '' }));
  }
}
