import { html } from 'hono/html';
import type { Channel } from '../../domain/channel.ts';
import type { Page } from '../../domain/page.ts';
import { answer, type Html } from './layout.ts';
import { linkMark, sentMark } from './marks.ts';
import { messagePage } from './message-page.ts';

/**
 * What the link in a notification opens. Notifications are forwarded, so it shows nothing of the subscription: all it can do is to
 * have a manage link sent to the address itself.
 */
export function manageLinkPage(
  token: string,
  channel: Channel,
  page: Page | undefined,
  { notice, status }: { readonly notice?: string; readonly status?: number } = {},
): Promise<Response> {
  const title = 'Change what you hear of';
  if (channel === 'slack') {
    return messagePage({
      status: 200,
      title,
      page,
      content: html`<p>Type <strong>/status list</strong> in the Slack channel to see what it is told of, and <strong>/status subscribe</strong>
or <strong>/status unsubscribe</strong> to change it.</p>`,
    });
  }
  return answer({
    title,
    page,
    status,
    content: html`${linkMark}<h1>${title}</h1>
${notice !== undefined && html`<div class="note watch" role="alert"><p>${notice}</p></div>`}
<p>Messages get forwarded, so this link opens nothing by itself. Press the button, and we send a fresh link to
${WHERE[channel]}. There you can choose components, pause or leave. It works for a day.</p>
<form method="post" action="/m/${token}"><button class="main-act">Send me a link</button></form>`,
  });
}

/** The same whether there is such a subscription or not, and whether a link goes out or one has been asked for too often. */
export function manageLinkSentPage(channel: Channel, page: Page | undefined): Promise<Response> {
  const title = 'A link is on its way';
  return answer({
    status: 202,
    title,
    page,
    content: html`${sentMark}<h1>${title}</h1>
<p>If there is a subscription behind this message, a link to it goes to ${WHERE[channel]} within a minute.</p>
<p>Nothing came? You can ask again after two minutes, and five times a day.</p>
${page !== undefined && wayBack(channel, page)}`,
  });
}

/** Who is reached by the very address that failed is sent no link: the same for all, because nobody is told whose address failed. */
function wayBack(channel: Channel, page: Page): Html | undefined {
  const again = html`<a href="/p/${page.id}/subscribe?channel=${channel}">sign up again</a>`;
  switch (channel) {
    case 'email':
      return html`<p>No link goes to an address that our mail came back from. Does it work again? Then ${again} with it.</p>`;
    case 'sms':
      return html`<p>No text goes to a number that answered STOP, or could not be reached. Send START to the number that our texts came
from, or ${again}.</p>`;
    default:
      return undefined;
  }
}

/** A manage link that opens nothing any more, with the way to a new one. */
export function deadManageLink(kind: 'invalid' | 'expired', page: Page | undefined): Promise<Response> {
  return messagePage({
    status: kind === 'expired' ? 410 : 404,
    title: kind === 'expired' ? 'This link has run out' : 'This link does not work any more',
    page,
    content: html`${
      kind === 'expired'
        ? html`<p>Manage links work for a day. Nothing was changed.</p>`
        : html`<p>A newer link took its place, the subscription has ended, or it is incomplete. Nothing was changed.</p>`
    }
<p>The link at the end of every email sends you a fresh one.${
      page !== undefined &&
      html` So does <a href="/p/${page.id}/subscribe">signing up again</a> with the same address.`
    }</p>`,
  });
}

const WHERE: Readonly<Record<Channel, string>> = {
  email: 'the address that the message came to',
  sms: 'the number that the message came to',
  webhook: 'the address of the endpoint’s owner',
  slack: 'the channel',
};
