import { type Instant, SECOND } from '../../domain/time.ts';
import type { SubscriberLinks } from '../../subscriptions/links.ts';
import type { ChannelSender } from '../channel.ts';
import { oncePer } from '../once.ts';
import { classify } from './classify.ts';
import type { EndpointSecrets } from './endpoint-secrets.ts';
import type { PostJson } from './post-json.ts';
import { renderPayload } from './render.ts';
import { signatures } from './sign.ts';

export interface WebhookSenderOptions {
  readonly post: PostJson;
  readonly signer: EndpointSecrets;
  readonly links: SubscriberLinks;
  readonly now: () => Instant;
  /** `<product>/<version>` */
  readonly userAgent: string;
}

/**
 * Webhooks by Standard Webhooks 1.0.0: the same bytes for every endpoint, signed for each with all of its live secrets.
 *
 * `webhook-id` is derived from the delivery, so it is the same in every attempt: receivers dedupe, and whatever is in doubt is
 * simply sent again. `webhook-unsubscribe` lets an owner who never asked for the calls stop them with one POST.
 */
export function createWebhookSender(options: WebhookSenderOptions): ChannelSender<'webhook'> {
  const { post, signer, links, now, userAgent } = options;
  const bytesOf = oncePer(renderPayload);

  return {
    channel: 'webhook',
    doubt: 'resend',

    async send(announcement, deliveries) {
      const body = bytesOf(announcement);
      return Promise.all(
        deliveries.map(async ({ id: delivery, recipient, attempt }) => {
          const id = `msg_${delivery}`;
          const seconds = Math.floor(now() / SECOND);
          const posted = await post({
            url: recipient.address.url,
            body,
            headers: {
              'content-type': 'application/json',
              'user-agent': userAgent,
              'webhook-id': id,
              'webhook-timestamp': String(seconds),
              'webhook-signature': signatures(signer.of(recipient), id, seconds, body),
              'webhook-attempt': String(attempt),
              'webhook-unsubscribe': links.unsubscribe(recipient),
            },
          });
          return classify(posted, { id, attempt, now: now() });
        }),
      );
    },

    /** There is no provider: each endpoint stands for itself. */
    async probe() {
      return true;
    },
  };
}
