import type { Header } from '../messages.ts';
import { type Html, html } from './html.ts';

/** Headers as a list of names and values. */
export function headersList(headers: readonly Header[]): Html {
  return html`<dl class="headers">${headers.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
