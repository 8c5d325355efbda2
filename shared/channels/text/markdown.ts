/**
 * The small part of Markdown that incident bodies use: paragraphs, headings, lists and lists in them, quotes, fenced code, bold,
 * italic, code, links to https and mailto; a picture is a link to it. Everything else is text, HTML above all: there is nothing
 * to sanitise, because nothing but these nodes can come out. Parsing is linear in the text.
 */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'italic'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

export type Line = readonly Inline[];

export interface ListItem {
  /** 0 to 2. */
  readonly depth: number;
  /** The number as written; undefined for a bullet. */
  readonly number?: number;
  readonly content: Line;
}

export type Block =
  | { readonly kind: 'paragraph' | 'quote'; readonly lines: readonly Line[] }
  | { readonly kind: 'heading'; readonly content: Line }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }
  /** Between fences: text as it stands, line breaks and indentation included. */
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rule' };

const ITEM = /^( {0,12})(?:[-*+•‣◦–] {1,4}|[•‣◦]|(\d{1,3})[.)] {1,4})(\S.*)$/u;
const HEADING = /^ {0,3}#{1,6} +(\S.*)$/u;
const QUOTE = /^ {0,3}> ?(.*)$/u;
const FENCE = /^ {0,3}```[^`]*$/u;
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})$/u;
const CONTINUATION = /^ {2,}(\S.*)$/u;

/** Blocks of a text that was cleaned by `cleanLines`. */
export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: { kind: 'paragraph' | 'quote'; lines: Line[] } | undefined;
  let items: OpenItem[] = [];
  let afterItem = false;
  const endLines = () => {
    if (lines !== undefined) blocks.push(lines);
    lines = undefined;
  };
  const endList = () => {
    if (items.length > 0) blocks.push({ kind: 'list', items: items.map(({ item }) => item) });
    items = [];
  };
  const add = (block: Block) => {
    endLines();
    endList();
    blocks.push(block);
  };
  const addLine = (kind: 'paragraph' | 'quote', line: string) => {
    endList();
    if (lines?.kind !== kind) endLines();
    lines ??= { kind, lines: [] };
    lines.lines.push(parseInline(line));
  };
  const source = text.split('\n');
  for (let index = 0; index < source.length; index++) {
    const line = source[index] ?? '';
    const followsItem = afterItem;
    afterItem = false;
    const heading = HEADING.exec(line)?.[1];
    const quoted = QUOTE.exec(line)?.[1];
    const item = ITEM.exec(line);
    if (line === '') {
      // A list survives empty lines between its items: the next line tells.
      endLines();
    } else if (FENCE.test(line)) {
      // One that is never closed goes on to the end.
      const begin = index + 1;
      do index++;
      while (index < source.length && !FENCE.test(source[index] ?? ''));
      add({ kind: 'code', text: source.slice(begin, index).join('\n') });
    } else if (RULE.test(line)) {
      add({ kind: 'rule' });
    } else if (heading !== undefined) {
      add({ kind: 'heading', content: parseInline(heading) });
    } else if (quoted !== undefined) {
      addLine('quote', quoted);
    } else if (item?.[3] !== undefined) {
      endLines();
      const indent = item[1]?.length ?? 0;
      const previous = items.at(-1);
      items.push(openItem(item[3], item[2], indent, previous));
      afterItem = true;
    } else {
      const continued = CONTINUATION.exec(line)?.[1];
      const previous = items.at(-1);
      if (followsItem && continued !== undefined && previous !== undefined) {
        previous.content.push({ kind: 'text', text: ' ' }, ...parseInline(continued));
        afterItem = true;
      } else {
        addLine('paragraph', line.trimStart());
      }
    }
  }
  endLines();
  endList();
  return blocks;
}

/** An item whose text may go on in the next line. */
interface OpenItem {
  readonly item: ListItem;
  /** The same array as the item's. */
  readonly content: Inline[];
  readonly indent: number;
}

function openItem(
  text: string,
  number: string | undefined,
  indent: number,
  previous: OpenItem | undefined,
): OpenItem {
  const content = parseInline(text);
  const depth = depthOf(indent, previous);
  const item = number === undefined ? { depth, content } : { depth, number: Number(number), content };
  return { item, content, indent };
}

function depthOf(indent: number, previous: OpenItem | undefined): number {
  if (previous === undefined) return 0;
  if (indent >= previous.indent + 2) return Math.min(2, previous.item.depth + 1);
  if (indent <= previous.indent - 2) return Math.max(0, previous.item.depth - 1);
  return previous.item.depth;
}

const URI = String.raw`((?:https:\/\/|mailto:)[^\s()<>]{1,2000})`;

/**
 * Each alternative begins with its own character and stops at it, so no text makes the match go back. A single mark counts at the
 * edges of words only: `snake_case` and `2*3*4` are no emphasis.
 */
const INLINE = new RegExp(
  [
    String.raw`\*\*([^*\n]{1,2000})\*\*`,
    '`([^`\\n]{1,500})`',
    String.raw`!?\[([^[\]\n]{1,500})\]\(${URI}(?: "[^"\n]{0,200}")?\)`,
    String.raw`(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]{1,2000})(?<=\S)\*(?![\p{L}\p{N}*])`,
    String.raw`(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]{1,2000})(?<=\S)_(?![\p{L}\p{N}_])`,
    String.raw`https:\/\/[^\s<>"${'`'}*]{1,2000}`,
  ].join('|'),
  'gu',
);

/** The inline nodes of one line. */
export function parseInline(line: string): Inline[] {
  const nodes: Inline[] = [];
  let from = 0;
  const text = (until: number) => {
    if (until > from) nodes.push({ kind: 'text', text: line.slice(from, until) });
  };
  for (const match of line.matchAll(INLINE)) {
    const [whole, bold, code, label, url, starred, underscored] = match;
    const node = inlineNode(whole, { bold, code, label, url, italic: starred ?? underscored });
    if (node === undefined) continue;
    text(match.index);
    nodes.push(node);
    from = match.index + (node.kind === 'link' && url === undefined ? node.text.length : whole.length);
  }
  text(line.length);
  return nodes;
}

interface Matched {
  readonly bold: string | undefined;
  readonly code: string | undefined;
  readonly label: string | undefined;
  readonly url: string | undefined;
  readonly italic: string | undefined;
}

function inlineNode(whole: string, { bold, code, label, url, italic }: Matched): Inline | undefined {
  if (bold !== undefined) {
    return bold.trim() === '' ? undefined : { kind: 'bold', children: parseInline(bold) };
  }
  if (italic !== undefined) return { kind: 'italic', children: parseInline(italic) };
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
