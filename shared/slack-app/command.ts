import { ID_PATTERN } from '../domain/id.ts';

/** What somebody asked for with `/status ...`. `page` is what `--page` said; `names` are components or groups as typed. */
export type Command = {
  readonly kind: 'subscribe' | 'unsubscribe' | 'list' | 'current' | 'help';
  readonly names: readonly string[];
  /** The whole page: `all`. */
  readonly all: boolean;
  readonly page?: string;
};

export type ParsedCommand = Command | { readonly fault: 'unknownWord' | 'pageId'; readonly got: string };

/** Words by what they mean: people guess. */
const WORDS: Readonly<Record<string, Command['kind']>> = {
  subscribe: 'subscribe',
  add: 'subscribe',
  follow: 'subscribe',
  unsubscribe: 'unsubscribe',
  remove: 'unsubscribe',
  stop: 'unsubscribe',
  list: 'list',
  subscriptions: 'list',
  current: 'current',
  now: 'current',
  status: 'current',
  help: 'help',
  '': 'help',
  '?': 'help',
};

const ALL = new Set(['all', 'everything', 'page', '*']);

/** Names in one command: more are not looked up. */
const MOST_NAMES = 50;
const LONGEST_NAME = 120;

/** Reads the text after `/status`. Names are separated by commas, quoted where they hold one. Never throws. */
export function parseCommand(text: string): ParsedCommand {
  // Slack's clients turn what is typed into typographic quotes and dashes.
  const typed = text.replace(/[“”„«»]/g, '"').replace(/[\u00a0\u202f]/g, ' ');
  let page: string | undefined;
  const rest = typed.replace(/(?:^|\s)(?:--|—|–)page(?:\s+|=)(\S+)/, (_, id: string) => {
    page = id;
    return ' ';
  });
  if (page !== undefined && !ID_PATTERN.test(page)) return { fault: 'pageId', got: page.slice(0, 64) };
  const [, word = '', tail = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  const key = word.toLowerCase();
  const kind = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
  if (kind === undefined) return { fault: 'unknownWord', got: word.slice(0, 40) };
  const names = splitNames(tail);
  const all = names.length === 1 && ALL.has(names[0]?.toLowerCase() ?? '');
  return { kind, names: all ? [] : names, all, ...(page !== undefined && { page }) };
}

function splitNames(text: string): string[] {
  const names = Array.from(text.matchAll(/"([^"]*)"|([^",]+)/g), ([, quoted, bare]) =>
    (quoted ?? bare ?? '').trim().slice(0, LONGEST_NAME),
  );
  return names.filter((name) => name !== '').slice(0, MOST_NAMES);
}
