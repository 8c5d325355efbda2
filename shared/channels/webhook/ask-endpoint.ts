import type { Outcome } from '../../domain/outcome.ts';
import type { Page } from '../../domain/page.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import { isoTime } from '../text/utc.ts';
import { type CallOptions, callEndpoint } from './call-endpoint.ts';
import { JSON_HEADERS, jsonBody } from './formats/format.ts';
import { formatNamed } from './formats/registry.ts';
import { signedHeaders } from './signed-headers.ts';

export interface AskEndpointOptions extends CallOptions {
  readonly newId: () => string;
}

/** `askOwner`: the endpoint does not say, so its owner has to. `refused`: it says no, and nobody can say yes in its stead. */
export type Consent = 'agreed' | 'askOwner' | 'refused';

const LONGEST_ECHO = 4 * 1024;

/**
 * Whether an endpoint wants our calls, asked as its format knows it:
 *
 * - chats echo nothing: a message in the channel asks its people, who confirm by a link (`invites`, `invite`)
 * - CloudEvents: an OPTIONS request that names us and must be answered with us, or `*` (http-webhook.md, 4)
 * - all others: a signed `endpoint.verify` with a challenge that a 2xx answer must hold, as `{"challenge": "..."}` or as plain text
 */
export function createEndpointAsker(options: AskEndpointOptions) {
  const { post, signer, newId, now, userAgent, origin } = options;
  const call = callEndpoint(options);

  /** Whether the people behind it are asked in their channel. */
  const invites = ({ format }: Subscriber<'webhook'>): boolean => formatNamed(format)?.chat !== undefined;

  /** Posts the question, with a link to a page where one can agree. */
  async function invite(endpoint: Subscriber<'webhook'>, page: Page, url: string): Promise<Outcome> {
    const format = formatNamed(endpoint.format);
    if (format?.chat === undefined) return { kind: 'drop', cause: 'webhook.no_chat' };
    const said = format.chat.invitation(page, url);
    return (await call({ endpoint, format, call: said, id: `msg_${newId()}`, attempt: 1 })).outcome;
  }

  async function ask(endpoint: Subscriber<'webhook'>, challenge: string): Promise<Consent> {
    const format = formatNamed(endpoint.format);
    if (format === undefined || format.chat !== undefined) return 'refused';
    if (format.asksByOptions) return (await isAllowed(endpoint)) ? 'agreed' : 'refused';
    const id = `msg_${newId()}`;
    const at = now();
    const body = jsonBody({
      type: 'endpoint.verify',
      timestamp: isoTime(at),
      data: { challenge, page: { id: endpoint.page } },
    });
    const posted = await post({
      url: endpoint.address.url,
      body,
      keepBytes: LONGEST_ECHO,
      headers: {
        ...JSON_HEADERS,
        'user-agent': userAgent,
        ...signedHeaders(signer.of(endpoint, at), id, body, at),
      },
    });
    const answered = posted.kind === 'answer' && posted.status >= 200 && posted.status <= 299;
    return answered && echoed(posted.body) === challenge ? 'agreed' : 'askOwner';
  }

  async function isAllowed({ address }: Subscriber<'webhook'>): Promise<boolean> {
    const posted = await post({
      url: address.url,
      method: 'OPTIONS',
      body: Buffer.alloc(0),
      headers: { 'user-agent': userAgent, 'webhook-request-origin': origin },
    });
    if (posted.kind !== 'answer' || posted.status < 200 || posted.status > 299) return false;
    const allowed = String(posted.headers['webhook-allowed-origin'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase());
    return allowed.includes('*') || allowed.includes(origin.toLowerCase());
  }

  return { invites, invite, ask };
}

function echoed(body: string): string | undefined {
  const text = body.trim();
  if (!text.startsWith('{')) return text;
  try {
    const answer: unknown = JSON.parse(text);
    const challenge =
      answer !== null && typeof answer === 'object' && 'challenge' in answer && answer.challenge;
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}
