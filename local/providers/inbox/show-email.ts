import type { EmailMessage } from '../messages.ts';
import { headersList } from './headers-list.ts';
import { type Html, html } from './html.ts';

/**
 * A mail as rendered, in a frame where nothing runs. Its links open a new tab, so that unsubscribe and manage
 * pages can be tried from here.
 */
export function showEmail(message: EmailMessage): Html {
  const tags = Object.entries(message.tags).map(([name, value]) => ({ name, value }));
  return html`<article class="card mail">
<header><h2>${message.subject}</h2>
<dl class="headers"><div><dt>From</dt><dd>${message.from}</dd></div><div><dt>To</dt><dd>${message.to}</dd></div>${message.replyTo.length > 0 && html`<div><dt>Reply-To</dt><dd>${message.replyTo.join(', ')}</dd></div>`}</dl></header>
<iframe class="rendered" title="The mail as rendered" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" srcdoc="${withLinksInNewTabs(message.html)}"></iframe>
<details open><summary>Text part</summary><pre>${message.text}</pre></details>
<details open><summary>Headers</summary>${headersList(message.headers)}</details>
<details><summary>Tags</summary>${headersList(tags)}</details>
</article>`;
}

function withLinksInNewTabs(markup: string): string {
  return markup.replace(/<head[^>]*>/i, (head) => `${head}<base target="_blank">`);
}
