import type { Block, Inline } from './markdown.ts';

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

/** Inline styles of the elements that Markdown can make: mail clients drop style sheets. */
export interface MarkdownStyles {
  readonly paragraph: string;
  readonly heading: string;
  readonly list: string;
  readonly item: string;
  readonly code: string;
  readonly link: string;
}

/** The blocks as HTML: `p`, `h2`, `ul`, `ol`, `li`, `strong`, `code`, `br` and `a` with https or mailto, nothing else. */
export function markdownHtml(blocks: readonly Block[], styles: MarkdownStyles): string {
  return blocks.map((block) => blockHtml(block, styles)).join('\n');
}

function blockHtml(block: Block, styles: MarkdownStyles): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p style="${styles.paragraph}">${block.lines.map((line) => inlineHtml(line, styles)).join('<br>\n')}</p>`;
    case 'heading':
      return `<h2 style="${styles.heading}">${inlineHtml(block.content, styles)}</h2>`;
    case 'list': {
      const numbered = block.items[0]?.number !== undefined;
      const items = block.items.map((item) => {
        const value = numbered && item.number !== undefined ? ` value="${item.number}"` : '';
        const indent = item.depth === 0 ? '' : `;margin-left:${item.depth * 20}px`;
        return `<li${value} style="${styles.item}${indent}">${inlineHtml(item.content, styles)}</li>`;
      });
      const tag = numbered ? 'ol' : 'ul';
      return `<${tag} style="${styles.list}">\n${items.join('\n')}\n</${tag}>`;
    }
  }
}

function inlineHtml(nodes: readonly Inline[], styles: MarkdownStyles): string {
  return nodes.map((node) => nodeHtml(node, styles)).join('');
}

function nodeHtml(node: Inline, styles: MarkdownStyles): string {
  switch (node.kind) {
    case 'text':
      return escapeHtml(node.text);
    case 'code':
      return `<code style="${styles.code}">${escapeHtml(node.text)}</code>`;
    case 'bold':
      return `<strong>${inlineHtml(node.children, styles)}</strong>`;
    case 'link':
      return `<a href="${escapeHtml(node.url)}" style="${styles.link}" class="link">${escapeHtml(node.text)}</a>`;
  }
}
