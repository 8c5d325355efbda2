import type { Block, Inline } from '../../text/markdown.ts';

/** How one chat writes what the Markdown of bodies can say. */
export interface Markup {
  /** Takes every meaning from text: mentions above all. */
  readonly text: (text: string) => string;
  readonly bold: (marked: string) => string;
  readonly link: (label: string, url: string) => string;
  /** Between the lines of one paragraph. */
  readonly lineBreak: string;
  readonly bullet: string;
}

/** The blocks of a body in a chat's own markup. */
export function inMarkup(blocks: readonly Block[], markup: Markup): string {
  return blocks.map((block) => blockIn(block, markup)).join('\n\n');
}

function blockIn(block: Block, markup: Markup): string {
  switch (block.kind) {
    case 'paragraph':
      return block.lines.map((line) => inlineIn(line, markup)).join(markup.lineBreak);
    case 'heading':
      return markup.bold(inlineIn(block.content, markup));
    case 'quote':
      return block.lines.map((line) => `> ${inlineIn(line, markup)}`).join(markup.lineBreak);
    // Chats disagree on fences and slanted words: what they say is said without.
    case 'code':
      return block.text.split('\n').map(markup.text).join(markup.lineBreak);
    case 'rule':
      return '———';
    case 'list':
      return block.items
        .map(({ depth, number, content }) => {
          const mark = number === undefined ? markup.bullet : `${number}.`;
          return `${'  '.repeat(depth)}${mark} ${inlineIn(content, markup)}`;
        })
        .join('\n');
  }
}

function inlineIn(nodes: readonly Inline[], markup: Markup): string {
  return nodes.map((node) => nodeIn(node, markup)).join('');
}

function nodeIn(node: Inline, markup: Markup): string {
  switch (node.kind) {
    case 'text':
    case 'code':
      return markup.text(node.text);
    case 'italic':
      return inlineIn(node.children, markup);
    case 'bold':
      return markup.bold(inlineIn(node.children, markup));
    case 'link':
      return markup.link(markup.text(node.text), node.url);
  }
}
