import type { Subscriber } from '../../domain/subscriber.ts';
import { type Instant, SECOND } from '../../domain/time.ts';
import { isoTime } from '../text/utc.ts';
import type { EndpointSecrets } from './endpoint-secrets.ts';
import type { PostJson } from './post-json.ts';
import { signatures } from './sign.ts';

export interface ChallengerOptions {
  readonly post: PostJson;
  readonly signer: EndpointSecrets;
  readonly newId: () => string;
  readonly now: () => Instant;
  /** `<product>/<version>` */
  readonly userAgent: string;
}

/**
 * Asks an endpoint whether it wants our calls: a signed `endpoint.verify` with a challenge that a 2xx answer must hold, as
 * `{"challenge": "..."}` or as plain text. Only who means to receive our calls answers so. (Source: reference, channels 4.4.)
 */
export function createChallenger({ post, signer, newId, now, userAgent }: ChallengerOptions) {
  return async (endpoint: Subscriber<'webhook'>, challenge: string): Promise<boolean> => {
    const id = `msg_${newId()}`;
    const at = now();
    const seconds = Math.floor(at / SECOND);
    const body = Buffer.from(
      JSON.stringify({
        type: 'endpoint.verify',
        timestamp: isoTime(at),
        data: { challenge, page: { id: endpoint.page } },
      }),
    );
    const posted = await post({
      url: endpoint.address.url,
      body,
      wantsBody: true,
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signatures(signer.of(endpoint), id, seconds, body),
      },
    });
    if (posted.kind !== 'answer' || posted.status < 200 || posted.status > 299) return false;
    return echoed(posted.body ?? '') === challenge;
  };
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
