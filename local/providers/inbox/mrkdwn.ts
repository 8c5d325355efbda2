import { escapeHtml, type Html, html, Html as Markup } from './html.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Slack's mrkdwn as Slack shows it: active tokens, emphasis, code, quotes and line breaks. */
export function mrkdwn(text: string): Html {
  const parts = text.split(/(```[\s\S]+?```|`[^`\n]+`|<[^<>]+>)/);
  return new Markup(parts.map(part).join(''));
}

/** plain_text: shown as it is, but for Slack's three entities. */
export function plainText(text: string): Html {
  return html`${decode(text)}`;
}

function part(text: string, place: number): string {
  // Odd places hold what the split matched: code and tokens.
  if (place % 2 === 0) return words(text);
  if (text.startsWith('```')) return `<pre>${escapeHtml(decode(text.slice(3, -3)))}</pre>`;
  if (text.startsWith('`')) return `<code>${escapeHtml(decode(text.slice(1, -1)))}</code>`;
  return token(text.slice(1, -1)).markup;
}

function token(text: string): Html {
  const bar = text.indexOf('|');
  const target = bar < 0 ? text : text.slice(0, bar);
  const label = bar < 0 ? undefined : text.slice(bar + 1);
  if (target.startsWith('!date^')) return html`${decode(label ?? target)}`;
  if (/^[!@#]/.test(target))
    return html`<span class="mention">${decode(label ?? target.replace(/^!/, '@'))}</span>`;
  if (!/^(https?:|mailto:)/i.test(target)) return html`&lt;${decode(text)}&gt;`;
  return html`<a href="${decode(target)}" rel="noopener noreferrer" target="_blank">${decode(label ?? target)}</a>`;
}

function words(text: string): string {
  return escapeHtml(decode(text))
    .replaceAll(/(^|[\s(])\*([^*\n]+)\*(?=$|[\s).,:;!?])/g, '$1<b>$2</b>')
    .replaceAll(/(^|[\s(])_([^_\n]+)_(?=$|[\s).,:;!?])/g, '$1<em>$2</em>')
    .replaceAll(/(^|[\s(])~([^~\n]+)~(?=$|[\s).,:;!?])/g, '$1<s>$2</s>')
    .replaceAll(/^&gt; ?(.*)$/gm, '<span class="quote">$1</span>')
    .replaceAll(/(?<=^|\n) +/g, (indent) => '\u00a0'.repeat(indent.length))
    .replaceAll('\n', '<br>');
}

function decode(text: string): string {
  return text.replaceAll(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}
