import type { WebhookMessage } from '../messages.ts';
import { headersList } from './headers-list.ts';
import { type Html, html } from './html.ts';
import { jsonView } from './json-view.ts';

/** A webhook call as the receiver got it, and what it made of the signature. */
export function showWebhook(message: WebhookMessage): Html {
  return html`<article class="card">
<header><h2><code>POST</code> ${new URL(message.to).pathname}</h2>
<p><span class="mark ${message.signature === 'verified' && 'good'}">Signature ${message.signature}</span>${message.repeat && html` <span class="mark">Repeat: this webhook-id had been accepted before</span>`}</p></header>
<details open><summary>Headers</summary>${headersList(message.headers)}</details>
<details open><summary>Body</summary>${message.body === undefined ? html`<pre>${message.text}</pre>` : jsonView(message.body)}</details>
</article>`;
}
