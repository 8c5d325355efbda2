import type { Block, Inline } from './markdown.ts';

/** The blocks as plain text: lists keep their marks, links show their address, lines are not folded. */
export function markdownPlain(blocks: readonly Block[]): string {
  return blocks.map(blockPlain).join('\n\n');
}

function blockPlain(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.lines.map(inlinePlain).join('\n');
    case 'heading':
      return inlinePlain(block.content);
    case 'quote':
      return block.lines.map((line) => `> ${inlinePlain(line)}`.trimEnd()).join('\n');
    case 'code':
      return block.text.replace(/^(?=.)/gm, '    ');
    case 'rule':
      return '---';
    case 'list':
      return block.items
        .map(({ depth, number, content }) => {
          const mark = number === undefined ? '•' : `${number}.`;
          return `${'  '.repeat(depth + 1)}${mark} ${inlinePlain(content)}`;
        })
        .join('\n');
  }
}

/** Inline nodes as plain text. */
export function inlinePlain(nodes: readonly Inline[]): string {
  return nodes.map(nodePlain).join('');
}

function nodePlain(node: Inline): string {
  switch (node.kind) {
    case 'text':
    case 'code':
      return node.text;
    case 'bold':
    case 'italic':
      return inlinePlain(node.children);
    case 'link':
      return sameAddress(node.text, node.url) ? node.text : `${node.text} (${node.url})`;
  }
}

function sameAddress(text: string, url: string): boolean {
  return url === text || url === `${text}/` || url === `mailto:${text}`;
}
