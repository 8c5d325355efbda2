import type { Block, Inline, Line, ListItem } from './markdown.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Braces mean variables to template engines such as that of SES: as entities they are only ever text.
  '{': '&#123;',
  '}': '&#125;',
};

/** Text as HTML content or attribute value: markup, quotes and template braces become entities. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'{}]/g, (character) => ENTITIES[character] ?? character);
}

/** Inline styles of the elements that Markdown can make: mail clients drop style sheets. An empty one leaves no attribute. */
export interface MarkdownStyles {
  readonly paragraph: string;
  readonly heading: string;
  readonly list: string;
  readonly item: string;
  /** A list in an item. */
  readonly inner: string;
  readonly quote: string;
  readonly pre: string;
  readonly rule: string;
  readonly code: string;
  readonly link: string;
}

/**
 * The blocks as HTML: `p`, `h2`, `ul`, `ol`, `li`, `blockquote`, `pre`, `hr`, `strong`, `em`, `code`, `br` and `a` with https or
 * mailto, nothing else. Each block finds its own direction: publishers write from left to right and from right to left.
 */
export function markdownHtml(blocks: readonly Block[], styles: MarkdownStyles): string {
  return blocks.map((block) => blockHtml(block, styles)).join('\n');
}

function blockHtml(block: Block, styles: MarkdownStyles): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p dir="auto"${styled(styles.paragraph)}>${linesHtml(block.lines, styles)}</p>`;
    case 'heading':
      return `<h2 dir="auto"${styled(styles.heading)}>${inlineHtml(block.content, styles)}</h2>`;
    case 'quote':
      return `<blockquote dir="auto" class="quote"${styled(styles.quote)}>${linesHtml(block.lines, styles)}</blockquote>`;
    case 'code':
      return `<pre dir="ltr" class="pre"${styled(styles.pre)}>${escapeHtml(block.text)}</pre>`;
    case 'rule':
      return `<hr class="line"${styled(styles.rule)}>`;
    case 'list':
      return listHtml(block.items, styles, styles.list);
  }
}

/** Items of one depth and kind are one list; deeper ones after an item are lists in it. */
function listHtml(items: readonly ListItem[], styles: MarkdownStyles, listStyle: string): string {
  const lists: { tag: 'ol' | 'ul'; items: { item: ListItem; inner: ListItem[] }[] }[] = [];
  const base = Math.min(...items.map(({ depth }) => depth));
  for (const item of items) {
    const list = lists.at(-1);
    const parent = list?.items.at(-1);
    if (item.depth > base && parent !== undefined) {
      parent.inner.push(item);
      continue;
    }
    const tag = item.number === undefined ? 'ul' : 'ol';
    if (list?.tag === tag) list.items.push({ item, inner: [] });
    else lists.push({ tag, items: [{ item, inner: [] }] });
  }
  return lists
    .map(({ tag, items: own }) => {
      const rows = own.map(({ item, inner }) => {
        const value = item.number === undefined ? '' : ` value="${item.number}"`;
        const below = inner.length === 0 ? '' : `\n${listHtml(inner, styles, styles.inner)}\n`;
        return `<li dir="auto"${value}${styled(styles.item)}>${inlineHtml(item.content, styles)}${below}</li>`;
      });
      return `<${tag} dir="auto"${styled(listStyle)}>\n${rows.join('\n')}\n</${tag}>`;
    })
    .join('\n');
}

function linesHtml(lines: readonly Line[], styles: MarkdownStyles): string {
  return lines.map((line) => inlineHtml(line, styles)).join('<br>\n');
}

function inlineHtml(nodes: Line, styles: MarkdownStyles): string {
  return nodes.map((node) => nodeHtml(node, styles)).join('');
}

function nodeHtml(node: Inline, styles: MarkdownStyles): string {
  switch (node.kind) {
    case 'text':
      return escapeHtml(node.text);
    case 'code':
      return `<code dir="ltr" class="code"${styled(styles.code)}>${escapeHtml(node.text)}</code>`;
    case 'bold':
      return `<strong>${inlineHtml(node.children, styles)}</strong>`;
    case 'italic':
      return `<em>${inlineHtml(node.children, styles)}</em>`;
    case 'link':
      return `<a href="${escapeHtml(node.url)}"${styled(styles.link)} class="link">${escapeHtml(node.text)}</a>`;
  }
}

function styled(style: string): string {
  return style === '' ? '' : ` style="${style}"`;
}
