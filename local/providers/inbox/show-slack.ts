import type { Message, SlackMessage } from '../messages.ts';
import { parseBlocks } from '../slack/block-limits.ts';
import { showBlock } from './blocks.ts';
import { type Html, html } from './html.ts';
import { jsonView } from './json-view.ts';
import { count, plural, time } from './layout.ts';
import { mrkdwn } from './mrkdwn.ts';

/** A message where it stands: the root of its thread as it now reads, and all replies. */
export function showSlack(message: SlackMessage, all: readonly Message[]): Html {
  const root = message.thread ?? message.ts;
  const thread = all.filter(
    (each): each is SlackMessage =>
      each.channel === 'slack' && each.to === message.to && (each.ts === root || each.thread === root),
  );
  const replies = thread.slice(1);
  return html`<article class="card slack">
<header><h2># ${message.conversation}</h2><p>${message.team}</p></header>
${thread.slice(0, 1).map((each) => posted(each, message))}
${replies.length > 0 && html`<p class="replies"><span>${plural(replies.length, 'reply').replace(/ys$/, 'ies')}</span></p>`}
${replies.map((each) => posted(each, message))}
<details><summary>Text for notifications and screen readers</summary><pre>${message.text}</pre></details>
<details><summary>Metadata</summary>${jsonView({ client_msg_id: message.clientMessageId ?? null, metadata: message.metadata ?? null })}</details>
</article>`;
}

/** One message as it stands in a channel. */
export function posted(message: SlackMessage, chosen?: SlackMessage): Html {
  const blocks = parseBlocks(message.blocks);
  const edited = message.edits.at(-1);
  return html`<section class="posted ${message.n === chosen?.n && 'chosen'}">
<span class="avatar" aria-hidden="true">S</span>
<div><p class="by"><strong>Status</strong> <span class="app">APP</span> <a href="/_local/inbox/${message.n}">${time(message.at)}</a>${message.ephemeral && html` <span class="mark">only they see it</span>`}${message.broadcast && html` <span class="mark">also sent to the channel</span>`}</p>
${blocks.length > 0 ? blocks.map(showBlock) : html`<div class="section">${mrkdwn(message.text)}</div>`}
${edited !== undefined && html`<p class="edited">(root edited ${count(message.edits.length)}\u00d7, last at ${time(edited)})</p>`}</div>
</section>`;
}
