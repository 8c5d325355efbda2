import type { Block } from '../slack/block-limits.ts';
import { type Html, html } from './html.ts';
import { mrkdwn, plainText } from './mrkdwn.ts';

type TextObject = { readonly type: 'plain_text' | 'mrkdwn'; readonly text: string };

/** One block, near enough to how Slack draws it. */
export function showBlock(block: Block): Html {
  switch (block.type) {
    case 'header':
      return html`<h3>${plainText(block.text.text)}</h3>`;
    case 'divider':
      return html`<hr>`;
    case 'section':
      return html`<div class="section">${block.text && html`<div>${shown(block.text)}</div>`}${block.fields && html`<div class="fields">${block.fields.map((field) => html`<div>${shown(field)}</div>`)}</div>`}</div>`;
    case 'context':
      return html`<div class="context">${block.elements.map((element) => html`<span>${element.type === 'image' ? element.alt_text : shown(element)}</span>`)}</div>`;
    case 'input':
      return html`<div class="section"><b>${plainText(block.label.text)}</b></div>`;
    case 'actions':
      return html`<div class="actions">${block.elements.map((element) => html`<span class="button">${plainText(element.type === 'button' ? element.text.text : (element.placeholder?.text ?? 'Choose'))}</span>`)}</div>`;
  }
}

function shown(text: TextObject): Html {
  return text.type === 'mrkdwn' ? mrkdwn(text.text) : plainText(text.text);
}
