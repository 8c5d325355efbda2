import type { Outcome } from '../../domain/outcome.ts';
import type { Page } from '../../domain/page.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { SubscriberLinks } from '../../subscriptions/links.ts';
import type { NoteAttempt } from './attempt.ts';
import { type CallOptions, callEndpoint } from './call-endpoint.ts';
import { formatNamed } from './formats/registry.ts';

export interface PingerOptions extends CallOptions {
  readonly links: SubscriberLinks;
  readonly newId: () => string;
  readonly noteAttempt: NoteAttempt;
}

/** A call that tells of nothing, signed and formatted as those that do. What came of it stands in the endpoint's log. */
export function createPinger(options: PingerOptions) {
  const { links, newId, noteAttempt, now } = options;
  const call = callEndpoint(options);

  return async (endpoint: Subscriber<'webhook'>, page: Page): Promise<Outcome> => {
    const format = formatNamed(endpoint.format);
    if (format === undefined) return { kind: 'drop', cause: 'webhook.unknown_format' };
    const at = now();
    const id = newId();
    const unsubscribe = links.unsubscribe(endpoint);
    const said = format.ping(page, { url: endpoint.address.url, delivery: id, unsubscribe }, at);
    const { outcome, answered } = await call({ endpoint, format, call: said, id: `msg_${id}`, attempt: 1 });
    await noteAttempt({
      page: page.id,
      h: endpoint.h,
      at,
      update: 'ping',
      attempt: 1,
      asked: true,
      told: outcome.kind === 'sent',
      ...('cause' in outcome && { cause: outcome.cause }),
      durationMs: now() - at,
      ...answered,
    });
    return outcome;
  };
}
