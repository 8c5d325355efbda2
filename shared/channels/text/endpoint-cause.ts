import type { Cause } from '../../domain/cause.ts';

/** Why an endpoint was not reached, in words for its owner. */
const WORDS: Readonly<Record<string, string>> = {
  timeout: 'It did not answer in time',
  slow: 'It took over five seconds, so it was called again after the others',
  dns: 'Its host name was not found',
  refused: 'It refused the connection',
  reset: 'It broke off the connection',
  tls: 'Its certificate or TLS did not pass the check',
  network: 'The connection failed',
  private_address: 'Its host name leads to an address inside a private network',
  redirect_not_followed: 'It answered with a redirect. Redirects are not followed: change the address',
  gone: 'It answered 410 Gone: it wants no more calls',
  disabled_by_receiver: 'Its answer asked for no more calls (webhook-delivery: disable)',
  aborted_by_receiver: 'Its answer asked for this message to be given up (webhook-delivery: abort-message)',
  failing: 'It keeps failing: it gets one call at a time, and this one waited its turn',
  busy: 'Two calls were on their way to it already',
  own_trouble: 'Trouble of ours, nothing of yours',
  unknown_format: 'Its format is not known any more',
};

/** In a sentence without its full stop. A cause that has no words of its own shows its code. */
export function endpointCause(cause: Cause): string {
  const reason = cause.replace(/^webhook\./, '');
  const status = /^http_(\d{3})$/.exec(reason)?.[1];
  if (status !== undefined) return `It answered with status ${status}`;
  const chat = /^(discord|google_chat|slack|teams)_(\w+)$/.exec(reason);
  if (chat !== null) return `The chat answered “${chat[2]?.replaceAll('_', ' ')}”`;
  return WORDS[reason] ?? `It failed (${reason.slice(0, 40)})`;
}
