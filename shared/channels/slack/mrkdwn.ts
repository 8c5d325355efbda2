import type { Block, Inline } from '../text/markdown.ts';

/**
 * Text as Slack shows it: exactly these three are escaped (docs.slack.dev, formatting message text). That takes the meaning from
 * `<!channel>`, `<@U...>` and every other thing in angle brackets.
 */
export function escapeMrkdwn(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** `<url|label>`. The address must be in its normal form (`URL.href`); what ends it early is percent-encoded. */
export function linkMrkdwn(url: string, label: string): string {
  const address = url.replace(/[<>|]/g, (character) => encodeURIComponent(character));
  return `<${escapeMrkdwn(address)}|${escapeMrkdwn(label.replaceAll('|', '¦'))}>`;
}

/** The blocks of a body in Slack's own markup. */
export function markdownMrkdwn(blocks: readonly Block[]): string {
  return blocks.map(blockMrkdwn).join('\n\n');
}

function blockMrkdwn(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.lines.map(inlineMrkdwn).join('\n');
    case 'heading':
      return bold(inlineMrkdwn(block.content));
    case 'quote':
      return block.lines.map((line) => `> ${inlineMrkdwn(line)}`).join('\n');
    case 'code':
      return `\`\`\`\n${escapeMrkdwn(block.text).replaceAll('```', "'''")}\n\`\`\``;
    case 'rule':
      return '———';
    case 'list':
      return block.items
        .map(({ depth, number, content }) => {
          const mark = number === undefined ? '•' : `${number}.`;
          return `${'    '.repeat(depth)}${mark} ${inlineMrkdwn(content)}`;
        })
        .join('\n');
  }
}

function inlineMrkdwn(nodes: readonly Inline[]): string {
  return nodes.map(nodeMrkdwn).join('');
}

function nodeMrkdwn(node: Inline): string {
  switch (node.kind) {
    case 'text':
      return escapeMrkdwn(node.text);
    case 'code':
      return `\`${escapeMrkdwn(node.text)}\``;
    case 'bold':
      return bold(inlineMrkdwn(node.children));
    case 'italic':
      return `_${inlineMrkdwn(node.children).replace(/<[^|>]*|_/g, unlessAddress('＿'))}_`;
    case 'link':
      return linkMrkdwn(node.url, node.text);
  }
}

/** Bold ends at the next asterisk, so there is none inside but in addresses of links, which lead elsewhere without theirs. */
export function bold(mrkdwn: string): string {
  return `*${mrkdwn.replace(/<[^|>]*|\*/g, unlessAddress('∗'))}*`;
}

function unlessAddress(stand: string): (found: string) => string {
  return (found) => (found.startsWith('<') ? found : stand);
}
