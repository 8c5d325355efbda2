import { type FetchFunction, type Logger, LogLevel, WebClient } from '@slack/web-api';
import { type Millis, SECOND } from '../../domain/time.ts';
import { requestOnce } from '../request-once.ts';

/** Slack answers in well under a second; the client's own default is to wait for ever. */
const TIMEOUT: Millis = 10 * SECOND;

/** As many as the function has calls in flight: a call that waited in the client's queue would outlast its time. */
const CONCURRENCY = 20;

/**
 * One client per workspace, made anew when its token changes; undefined for a workspace that we have no token of. Rejects
 * when `tokenOf` does.
 *
 * All that the client does by itself is switched off: it would try ten times in half an hour, and sleep through rate limits inside
 * the call. `slackUrl` is `https://slack.com/api/`, or a stand-in's. A call is given up after `timeoutMs`, 10 s unless said otherwise.
 */
export function createSlackClients({
  tokenOf,
  slackUrl,
  timeoutMs = TIMEOUT,
}: {
  /** The bot token of a team id. */
  readonly tokenOf: (team: string) => Promise<string | undefined>;
  readonly slackUrl: string;
  readonly timeoutMs?: Millis;
}): (team: string) => Promise<WebClient | undefined> {
  const clients = new Map<string, { readonly token: string; readonly client: WebClient }>();
  return async (team) => {
    const token = await tokenOf(team);
    const known = clients.get(team);
    if (known?.token === token) return known?.client;
    if (!token) return undefined;
    const client = new WebClient(token, {
      slackApiUrl: slackUrl.endsWith('/') ? slackUrl : `${slackUrl}/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: timeoutMs,
      maxRequestConcurrency: CONCURRENCY,
      allowAbsoluteUrls: false,
      fetch: fetchWithin(timeoutMs),
      logger: SILENT,
    });
    clients.set(team, { token, client });
    return client;
  };
}

/** `fetch` without kept-alive connections: see `requestOnce`. */
const fetchWithin =
  (timeoutMs: Millis): FetchFunction =>
  async (url, init = {}) => {
    if (init.body !== undefined && typeof init.body !== 'string')
      throw new TypeError('Expected a text body, got a form');
    const answer = await requestOnce({
      method: init.method ?? 'GET',
      url: new URL(url),
      headers: init.headers ?? {},
      ...(init.body !== undefined && { body: init.body }),
      timeoutMs,
    });
    const headers = new Headers({ ...answer.headers });
    return {
      ok: answer.status >= 200 && answer.status < 300,
      status: answer.status,
      statusText: answer.statusText,
      url: String(url),
      headers,
      arrayBuffer: async () => new TextEncoder().encode(answer.body).buffer,
      json: async () => JSON.parse(answer.body),
      text: async () => answer.body,
    };
  };

/** The client's log lines hold bodies and errors of the network; ours say what came of each window. */
const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};
