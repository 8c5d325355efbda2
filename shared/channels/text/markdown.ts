/**
 * The small part of Markdown that incident bodies use: paragraphs, headings, flat and indented lists, bold, code, links to
 * https and mailto. Everything else is text, HTML above all: there is nothing to sanitise, because nothing but these nodes
 * can come out. Parsing is linear in the text.
 */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'bold'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

export interface ListItem {
  /** 0 to 2. */
  readonly depth: number;
  /** The number as written; undefined for a bullet. */
  readonly number?: number;
  readonly content: readonly Inline[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'heading'; readonly content: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] };

const ITEM = /^( {0,12})(?:[-*+•‣◦–] {1,4}|[•‣◦]|(\d{1,3})[.)] {1,4})(\S.*)$/u;
const HEADING = /^ {0,3}#{1,6} +(\S.*)$/u;

/** Blocks of a text that was cleaned by `cleanLines`. */
export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: Inline[][] = [];
  let items: { item: ListItem; indent: number }[] = [];
  const endParagraph = () => {
    if (lines.length > 0) blocks.push({ kind: 'paragraph', lines });
    lines = [];
  };
  const endList = () => {
    if (items.length > 0) blocks.push({ kind: 'list', items: items.map(({ item }) => item) });
    items = [];
  };
  for (const line of text.split('\n')) {
    const heading = HEADING.exec(line);
    const item = ITEM.exec(line);
    if (line === '') {
      // A list survives empty lines between its items: the next line tells.
      endParagraph();
    } else if (heading?.[1] !== undefined) {
      endParagraph();
      endList();
      blocks.push({ kind: 'heading', content: parseInline(heading[1]) });
    } else if (item?.[3] !== undefined) {
      endParagraph();
      const indent = item[1]?.length ?? 0;
      const previous = items.at(-1);
      items.push({ indent, item: listItem(item[3], item[2], depthOf(indent, previous)) });
    } else {
      endList();
      lines.push(parseInline(line.trimStart()));
    }
  }
  endParagraph();
  endList();
  return blocks;
}

function listItem(text: string, number: string | undefined, depth: number): ListItem {
  const content = parseInline(text);
  return number === undefined ? { depth, content } : { depth, number: Number(number), content };
}

function depthOf(indent: number, previous: { item: ListItem; indent: number } | undefined): number {
  if (previous === undefined) return 0;
  if (indent >= previous.indent + 2) return Math.min(2, previous.item.depth + 1);
  if (indent <= previous.indent - 2) return Math.max(0, previous.item.depth - 1);
  return previous.item.depth;
}

/** Each alternative begins with its own character and stops at it, so no text makes the match go back. */
const INLINE =
  /\*\*([^*\n]{1,2000})\*\*|`([^`\n]{1,500})`|\[([^[\]\n]{1,500})\]\(((?:https:\/\/|mailto:)[^\s()<>]{1,2000})\)|https:\/\/[^\s<>"`*]{1,2000}/gu;

/** The inline nodes of one line. */
export function parseInline(line: string): Inline[] {
  const nodes: Inline[] = [];
  let from = 0;
  const text = (until: number) => {
    if (until > from) nodes.push({ kind: 'text', text: line.slice(from, until) });
  };
  for (const match of line.matchAll(INLINE)) {
    const [whole, bold, code, label, url] = match;
    const node = inlineNode(whole, bold, code, label, url);
    if (node === undefined) continue;
    text(match.index);
    nodes.push(node);
    from = match.index + (node.kind === 'link' && url === undefined ? node.text.length : whole.length);
  }
  text(line.length);
  return nodes;
}

function inlineNode(
  whole: string,
  bold?: string,
  code?: string,
  label?: string,
  url?: string,
): Inline | undefined {
  if (bold !== undefined) {
    return bold.trim() === '' ? undefined : { kind: 'bold', children: parseInline(bold) };
  }
  if (code !== undefined) return { kind: 'code', text: code };
  // A bare address ends before the punctuation of its sentence.
  const bare = url === undefined ? trimAddress(whole) : url;
  const address = safeUrl(bare);
  return address === undefined ? undefined : { kind: 'link', text: label ?? bare, url: address };
}

function trimAddress(address: string): string {
  const closing = address.includes('(') ? -1 : address.indexOf(')');
  let end = closing < 0 ? address.length : closing;
  while (end > 0 && `.,;:!?'"]}`.includes(address.charAt(end - 1))) end--;
  return address.slice(0, end);
}

/** The address in its normal form, or undefined when it is neither https without a password nor mailto. */
export function safeUrl(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  return url.protocol === 'https:' || url.protocol === 'mailto:' ? url.href : undefined;
}
