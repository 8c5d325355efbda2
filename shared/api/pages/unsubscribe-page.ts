import { html } from 'hono/html';
import type { Channel } from '../../domain/channel.ts';
import type { Page } from '../../domain/page.ts';
import { answer } from './layout.ts';
import { doneMark } from './marks.ts';
import { lineOf, WAYS } from './words.ts';

/** What an unsubscribe link opens: a button. Opening it leaves nothing, for scanners open links. */
export function unsubscribePage(token: string, channel: Channel, page: Page | undefined): Promise<Response> {
  return answer({
    title: 'Unsubscribe',
    page,
    content: html`<h1>Unsubscribe?</h1>
<p>You would hear no more ${page !== undefined && html`from <strong>${lineOf(page.name, page.id)}</strong> `}${WAYS[channel]}. It holds at once.</p>
<form method="post" action="/u/${token}"><button class="main-act">Unsubscribe</button></form>
<div class="part"><p>Only too much of it? The other link in the message lets you choose components, or pause.</p></div>`,
  });
}

/** After the button, and the answer to every one-click unsubscribe: 200 for whatever token it came with. `page`: an id that was signed. */
export function unsubscribedPage(page?: string): Promise<Response> {
  return answer({
    title: 'You are unsubscribed',
    content: html`${doneMark}<h1>You are unsubscribed</h1>
<p>You hear no more by this subscription, also of what is being sent right now.</p>
${page !== undefined && html`<p>A mistake? <a href="/p/${page}/subscribe">Subscribe again</a>.</p>`}`,
  });
}
