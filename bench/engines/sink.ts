import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Counter } from './counts.ts';
import { SECRET_TEXT } from './secrets.ts';

/** What the providers accepted since it was last asked for. */
export interface SinkReport {
  /** Distinct recipients, and acceptances beyond the first of each. */
  readonly distinct: number;
  readonly repeated: number;
  /** Calls that were refused because they came too fast, and recipients in them. */
  readonly throttledCalls: number;
  /** Milliseconds since the epoch. */
  readonly firstAt?: number;
  readonly lastAt?: number;
}

export interface SinkRules {
  /** What each provider call takes. */
  readonly latencyMs: number;
  /** Recipients per second that are taken, with a second's worth of burst; absent: no limit. */
  readonly perSecond?: number;
  /** How many times as fast as ours the contenders' clocks run: delays that they ask of a queue are over as much sooner. */
  readonly clockSpeed?: number;
}

/** What the stand-in of SES says where there is no limit: emails a second. */
const UNLIMITED = 1_000_000;

interface Reply {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Email {
  readonly Destination: { readonly ToAddresses: readonly string[] };
}

/** How each provider says that it was called too fast. */
const TOO_FAST = {
  ses: {
    status: 429,
    headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
    body: { message: 'Maximum sending rate exceeded.' },
  },
  twilio: { status: 429, body: { code: 20429, message: 'Too Many Requests', status: 429 } },
  slack: { status: 429, headers: { 'retry-after': '1' }, body: { ok: false, error: 'ratelimited' } },
} as const satisfies Record<string, Reply>;

/**
 * Stand-in of all providers that accepts: it says yes in each provider's own form, notes who was told, and does nothing else,
 * so that it is in nobody's way. (`local/providers` checks what providers check, which takes ten times as long.)
 */
export class Sink {
  #told = new Set<string>();
  // Counted as it happens: the benchmark asks a hundred times a second.
  #repeated = 0;
  #throttledCalls = 0;
  #firstAt: number | undefined;
  #lastAt: number | undefined;
  #tokens = 0;
  #filledAt = 0;
  #rules: SinkRules = { latencyMs: 0 };
  readonly #counter: Counter;

  constructor(counter: Counter) {
    this.#counter = counter;
  }

  setRules(rules: SinkRules): void {
    this.#rules = rules;
    this.#tokens = rules.perSecond ?? 0;
    this.#filledAt = Date.now();
  }

  reset(): void {
    this.#told = new Set();
    this.#repeated = 0;
    this.#throttledCalls = 0;
    this.#firstAt = undefined;
    this.#lastAt = undefined;
  }

  report(): SinkReport {
    return {
      distinct: this.#told.size,
      repeated: this.#repeated,
      throttledCalls: this.#throttledCalls,
      ...(this.#firstAt !== undefined && { firstAt: this.#firstAt }),
      ...(this.#lastAt !== undefined && { lastAt: this.#lastAt }),
    };
  }

  async listen(): Promise<string> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const answer = () => send(response, this.#answer(request, Buffer.concat(parts).toString()));
        if (this.#rules.latencyMs > 0) setTimeout(answer, this.#rules.latencyMs);
        else answer();
      });
    });
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('Expected the sink to have a port');
    return `http://127.0.0.1:${address.port}`;
  }

  #answer(request: IncomingMessage, body: string): Reply {
    const url = request.url ?? '';
    if (String(request.headers['x-amz-target']).startsWith('secretsmanager.')) {
      return { status: 200, body: { SecretString: SECRET_TEXT } };
    }
    if (url === '/v2/email/outbound-bulk-emails') {
      this.#counter.call('ses.SendBulkEmail');
      const { BulkEmailEntries }: { BulkEmailEntries: Email[] } = JSON.parse(body);
      if (!this.#take(BulkEmailEntries.map(recipientOf))) return TOO_FAST.ses;
      const results = BulkEmailEntries.map((_, index) => ({ Status: 'SUCCESS', MessageId: `m${index}` }));
      return { status: 200, body: { BulkEmailEntryResults: results } };
    }
    if (url === '/v2/email/outbound-emails') {
      this.#counter.call('ses.SendEmail');
      if (!this.#take([recipientOf(JSON.parse(body))])) return TOO_FAST.ses;
      return { status: 200, body: { MessageId: 'm1' } };
    }
    if (url === '/v2/email/account') {
      this.#counter.call('ses.GetAccount');
      const MaxSendRate = this.#rules.perSecond ?? UNLIMITED;
      return { status: 200, body: { SendingEnabled: true, SendQuota: { MaxSendRate } } };
    }
    if (url.startsWith('/2010-04-01/')) {
      this.#counter.call('twilio.Messages');
      if (!this.#take([new URLSearchParams(body).get('To') ?? ''])) return TOO_FAST.twilio;
      return { status: 201, body: { sid: `SM${'0'.repeat(32)}`, status: 'accepted' } };
    }
    if (url.startsWith('/api/chat.')) {
      this.#counter.call('slack.postMessage');
      const channel = readChannel(body);
      if (!this.#take([channel])) return TOO_FAST.slack;
      return { status: 200, body: { ok: true, channel, ts: '1600000000.000100', message: {} } };
    }
    if (url.startsWith('/hooks/')) {
      this.#counter.call('webhook.POST');
      this.#take([url]);
      return { status: 204 };
    }
    return { status: 404, body: { message: `Expected a call that the sink knows, got ${url}` } };
  }

  /** Notes that these were told. False where the rate has no room for them. */
  #take(recipients: readonly string[]): boolean {
    const now = Date.now();
    const { perSecond } = this.#rules;
    if (perSecond !== undefined) {
      const refilled = this.#tokens + ((now - this.#filledAt) * perSecond) / 1_000;
      this.#tokens = Math.min(perSecond, refilled);
      this.#filledAt = now;
      if (this.#tokens < recipients.length) {
        this.#throttledCalls++;
        return false;
      }
      this.#tokens -= recipients.length;
    }
    for (const one of recipients) {
      if (this.#told.has(one)) this.#repeated++;
      else this.#told.add(one);
    }
    this.#firstAt ??= now;
    this.#lastAt = now;
    return true;
  }
}

function readChannel(body: string): string {
  if (body.startsWith('{')) return String(JSON.parse(body).channel);
  return new URLSearchParams(body).get('channel') ?? '';
}

function recipientOf({ Destination }: Email): string {
  return String(Destination.ToAddresses[0]);
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
