import type { Outcome } from '../../domain/outcome.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { Instant, Millis } from '../../domain/time.ts';
import { type Attempt, answeredWith, LONGEST_EXCERPT } from './attempt.ts';
import { classify } from './classify.ts';
import type { EndpointSecrets } from './endpoint-secrets.ts';
import type { Call, WebhookFormat } from './formats/format.ts';
import type { PostJson } from './post-json.ts';
import { signedHeaders } from './signed-headers.ts';

export interface CallOptions {
  readonly post: PostJson;
  readonly signer: EndpointSecrets;
  readonly now: () => Instant;
  /** `<product>/<version>` */
  readonly userAgent: string;
  /** Host of the deployment: who CloudEvents' receivers have let in. */
  readonly origin: string;
}

export interface EndpointCall {
  readonly endpoint: Subscriber<'webhook'>;
  readonly format: WebhookFormat;
  readonly call: Call;
  /** `webhook-id`: the same in every attempt. */
  readonly id: string;
  readonly attempt: number;
  readonly deadlineMs?: Millis;
}

export interface Called {
  readonly outcome: Outcome;
  readonly answered: Pick<Attempt, 'status' | 'excerpt'>;
  /** The time ran out before an answer came. */
  readonly silent: boolean;
}

export type CallEndpoint = (call: EndpointCall) => Promise<Called>;

/** Makes one call in a format and says what came of it: the format's receivers have the first word, all endpoints the second. */
export function callEndpoint({ post, signer, now, userAgent, origin }: CallOptions): CallEndpoint {
  return async ({ endpoint, format, call, id, attempt, deadlineMs }) => {
    const { url = endpoint.address.url, headers, body } = call;
    const posted = await post({
      url,
      body,
      keepBytes: LONGEST_EXCERPT,
      ...(deadlineMs !== undefined && { deadlineMs }),
      headers: {
        'user-agent': userAgent,
        // Chats check nothing and are told nothing: a header that they do not expect is one more thing to go wrong.
        ...(format.chat === undefined
          ? {
              ...headers,
              ...signedHeaders(signer.of(endpoint, now()), id, body, now()),
              'webhook-attempt': String(attempt),
            }
          : { 'content-type': headers['content-type'] ?? 'application/json' }),
        ...(format.asksByOptions && { 'webhook-request-origin': origin }),
      },
    });
    const special = posted.kind === 'answer' ? format.classify?.(posted, now()) : undefined;
    return {
      outcome: special ?? classify(posted, { id, now: now() }),
      answered: answeredWith(posted),
      silent: posted.kind === 'failed' && posted.code === 'TIMEOUT',
    };
  };
}
