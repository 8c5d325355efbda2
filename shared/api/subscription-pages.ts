import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Channel } from '../domain/channel.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { Log } from '../runtime/log.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import { type LinkPurpose, type LinkTarget, readLinkToken } from '../subscriptions/link-token.ts';
import { newApp } from './new-app.ts';

export interface SubscriptionPagesDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get' | 'unsubscribe'>;
  readonly linkKey: string;
  /** Where a POST ends the subscription: for the button on the manage page. */
  readonly unsubscribeUrl: (target: LinkTarget) => string;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Pages that a link in a message opens. Mail scanners follow links, so GET changes nothing: it shows a button. The
 * POST behind it is the one-click unsubscribe of RFC 8058: no cookie, no redirect, 200 for every token.
 */
export function subscriptionPages(deps: SubscriptionPagesDependencies): Hono {
  const app = newApp(deps.log);
  const target = (purpose: LinkPurpose, token: string) => readLinkToken(deps.linkKey, token, purpose);

  app.get('/u/:token', async (context) => {
    const known = target('unsubscribe', context.req.param('token'));
    if (known === undefined) return page('This link does not work', brokenLink, 404);
    return page('Unsubscribe', leaveForm(known.channel, ''));
  });

  app.post('/u/:token', async (context) => {
    const known = target('unsubscribe', context.req.param('token'));
    if (known !== undefined) {
      const { page: pageId, channel, h } = known;
      const ended = await deps.subscribers.unsubscribe(pageId, channel, h, deps.now());
      if (ended) deps.log({ event: 'subscription.ended', page: pageId, channel, h });
    }
    return page(
      'You are unsubscribed',
      html`<p>You will hear no more of incidents by this subscription.</p>`,
    );
  });

  app.get('/m/:token', async (context) => {
    const known = target('manage', context.req.param('token'));
    const subscriber = known && (await deps.subscribers.get(known.page, known.channel, known.h));
    if (known === undefined || subscriber === undefined)
      return page('This link does not work', brokenLink, 404);
    return page('Your subscription', summary(subscriber, deps.unsubscribeUrl(known)));
  });

  return app;
}

const WAYS: Record<Channel, string> = {
  email: 'by email',
  sms: 'by text message',
  slack: 'in Slack',
  webhook: 'by webhook',
};

const brokenLink = html`<p>It is incomplete or was made for something else. Open it again from the message.</p>`;

function leaveForm(channel: Channel, action: string) {
  return html`<p>Stop hearing of incidents ${WAYS[channel]}?</p>
    <form method="post" action="${action}"><button>Unsubscribe</button></form>`;
}

function summary({ channel, state, scope }: Subscriber, unsubscribeUrl: string) {
  const what =
    scope.kind === 'page'
      ? html`<p>You hear of everything on this page, ${WAYS[channel]}.</p>`
      : html`<p>You hear, ${WAYS[channel]}, of:</p>
          <ul>
            ${[...scope.components, ...scope.groups, ...scope.incidents].map((id) => html`<li>${id}</li>`)}
          </ul>`;
  if (state === 'active') return html`${what}${leaveForm(channel, unsubscribeUrl)}`;
  return html`<p>This subscription is ${state}: you hear of nothing by it.</p>`;
}

const STYLE = `:root{color-scheme:light dark;font:1.05rem/1.6 system-ui,sans-serif}
body{max-width:34rem;margin:12vh auto;padding:0 1.25rem}
button{font:inherit;font-weight:600;padding:.6rem 1.4rem;border:0;border-radius:.5rem;background:#1f4fd8;color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid currentColor;outline-offset:3px}`;

async function page(
  title: string,
  content: HtmlEscapedString | Promise<HtmlEscapedString>,
  status = 200,
): Promise<Response> {
  const document = await html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>${content}</main></body>
</html>`;
  return new Response(document.toString(), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      // The address of these pages is a credential: it is neither kept nor handed on.
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    },
  });
}
