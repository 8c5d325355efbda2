import { escapeHtml, Html } from './html.ts';

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/gi;

/** JSON, indented, with names, texts and other values told apart by colour. */
export function jsonView(value: unknown): Html {
  const source = JSON.stringify(value, undefined, 2);
  let markup = '';
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const [token, text, colon] = match;
    markup += escapeHtml(source.slice(end, match.index));
    end = match.index + token.length;
    if (text === undefined) markup += `<i class="value">${escapeHtml(token)}</i>`;
    else if (colon === undefined) markup += `<i class="text">${escapeHtml(text)}</i>`;
    else markup += `<i class="name">${escapeHtml(text)}</i>${colon}`;
  }
  return new Html(`<pre class="json">${markup}${escapeHtml(source.slice(end))}</pre>`);
}
