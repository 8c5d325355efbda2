import Domain from 'twilio/lib/base/Domain.js';
import Version from 'twilio/lib/base/Version.js';
import { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js';
import { type Millis, SECOND } from '../../domain/time.ts';
import { requestOnce } from '../request-once.ts';

/** What the sender asks of Twilio. */
export interface TwilioMessages {
  /** Resolves when Twilio has accepted the message; rejects with the SDK's error or the socket's. */
  create(message: {
    readonly to: string;
    readonly messagingServiceSid: string;
    readonly body: string;
    readonly statusCallback: string;
    readonly validityPeriod: number;
  }): Promise<{ readonly sid: string }>;

  /** Messages to a number, sent at `sentAfter` or later, at most 100. */
  list(query: {
    readonly to: string;
    readonly sentAfter: Date;
  }): Promise<readonly { readonly sid: string; readonly body: string }[]>;

  /** Whether Twilio answers and knows us. */
  answers(): Promise<boolean>;
}

export interface TwilioAccount {
  readonly accountSid: string;
  readonly apiKeySid: string;
  readonly apiKeySecret: string;
  /** `https://api.twilio.com`, or a stand-in's address. */
  readonly baseUrl: string;
  /** How long one call may take; ten seconds when left out. */
  readonly timeoutMs?: Millis;
}

const TIMEOUT: Millis = 10 * SECOND;
const LONGEST_LIST = 100;

/**
 * Twilio's own message resource over an HTTP client of ours.
 *
 * The whole package is 3.7 MB in a bundle and 140 ms of a cold start; the resource alone is a fiftieth of that. It asks its domain for
 * nothing but `request`, so no Twilio client (and no axios) is needed. Nothing is retried, and no connection outlives its call.
 */
export function createTwilioMessages(account: TwilioAccount): TwilioMessages {
  const client = { request: (options: SdkRequest) => request(account, options) };
  // Both casts: the types ask for the whole client and the whole API version, of which only `request` is ever called
  // (lib/base/Domain.js and lib/base/Version.js of 6.2.0; the tests run them).
  const domain = new (classOf(Domain))(client as never, account.baseUrl);
  const version = new (classOf(Version))(domain, '2010-04-01');
  const messages = MessageListInstance(version as never, account.accountSid);

  return {
    create: (message) =>
      messages.create({
        ...message,
        // For what our own transliteration does not know.
        smartEncoded: true,
        // Our own short links: Twilio's need a domain of theirs.
        shortenUrls: false,
        riskCheck: 'enable',
        // Whoever is in doubt looks for the text and the number in the list of what went out.
        contentRetention: 'retain',
        addressRetention: 'retain',
      }),
    list: ({ to, sentAfter }) =>
      messages.list({ to, dateSentAfter: sentAfter, limit: LONGEST_LIST, pageSize: LONGEST_LIST }),
    async answers() {
      try {
        const uri = `${account.baseUrl}/2010-04-01/Accounts/${account.accountSid}/Messages.json`;
        const { statusCode } = await request(account, { method: 'get', uri, params: { PageSize: 1 } });
        return statusCode < 300;
      } catch {
        return false;
      }
    },
  };
}

/** What the resource classes ask of a client. (lib/base/BaseTwilio.d.ts) */
interface SdkRequest {
  readonly method: string;
  readonly uri: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function request(
  { apiKeySid, apiKeySecret, timeoutMs = TIMEOUT }: TwilioAccount,
  { method, uri, params = {}, data, headers = {} }: SdkRequest,
): Promise<{ statusCode: number; body: string; headers: Readonly<Record<string, string>> }> {
  const url = new URL(uri);
  for (const [name, value] of fields(params)) url.searchParams.append(name, value);
  const body = data === undefined ? undefined : new URLSearchParams(fields(data)).toString();
  const answer = await requestOnce({
    method: method.toUpperCase(),
    url,
    headers: {
      ...headers,
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${apiKeySid}:${apiKeySecret}`).toString('base64')}`,
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(body !== undefined && { body }),
    timeoutMs,
  });
  return { statusCode: answer.status, body: answer.body, headers: answer.headers };
}

function fields(values: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(values).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value.map((one) => [name, String(one)]) : [[name, String(value)]];
  });
}

/** The SDK is CommonJS with `exports.default`: Node hands out the exports, test runners the default itself. */
function classOf<T extends object>(module: { readonly default: T } | T): T {
  return 'default' in module ? module.default : module;
}
