import type { Incident } from '../domain/incident.ts';
import type { Page } from '../domain/page.ts';
import type { Scope } from '../domain/subscriber.ts';
import { type ChannelSubscriptions, union, without } from './channel-subscriptions.ts';
import { type Command, parseCommand } from './command.ts';
import { findNames } from './component-names.ts';
import type { Reply } from './messages.ts';
import * as say from './messages.ts';
import { type PagesOfTeamParts, pagesOfTeam } from './pages-of-team.ts';
import { pagePicker, picker } from './picker.ts';
import type { Place } from './place.ts';
import type { Work } from './work.ts';

export interface AnswerCommandParts {
  readonly teams: PagesOfTeamParts;
  readonly subscriptions: Pick<ChannelSubscriptions, 'active' | 'subscribe' | 'unsubscribe'>;
  readonly openIncidents: (page: string) => Promise<readonly Incident[]>;
  /** Hands over what calls Slack. */
  readonly later: (work: Work) => Promise<void>;
}

export interface CommandCall {
  readonly place: Place;
  readonly text: string;
  readonly responseUrl: string;
}

/** Said at once where Slack has to be asked first; the result follows. */
const WORKING: Reply = { text: 'One moment, I am trying to post in this channel…' };

/**
 * Answers `/status ...`. Reads and writes our own tables only, so it is there well within Slack's 3 seconds. A first
 * subscription of a channel has to be shown possible by a post: that goes `later`.
 */
export async function answerCommand(parts: AnswerCommandParts, call: CommandCall): Promise<Reply> {
  const command = parseCommand(call.text);
  if ('fault' in command) return command.fault === 'pageId' ? say.BAD_PAGE_ID : say.unknownWord(command.got);
  if (command.kind === 'help') return say.HELP;

  const found = await pagesOfTeam(parts.teams, call.place.team, command.page);
  if (found.kind !== 'pages') return say.noPages(found.kind);
  const { pages } = found;
  if (command.kind === 'list') return list(parts, call.place, pages);
  if (command.kind === 'current') return current(parts, pages);

  const [page, ...others] = pages;
  if (page === undefined) return say.FOREIGN_PAGE;
  if (others.length > 0) {
    const isPlain = command.names.length === 0 && !command.all;
    return isPlain ? pagePicker(pages, command.kind) : say.severalPages(pages);
  }
  return command.kind === 'subscribe'
    ? subscribe(parts, call, command, page)
    : unsubscribe(parts, call.place, command, page);
}

async function list(parts: AnswerCommandParts, place: Place, pages: readonly Page[]): Promise<Reply> {
  const rows = await Promise.all(pages.map((page) => parts.subscriptions.active(page.id, place)));
  return say.listed(
    pages.flatMap((page, index) => {
      const scope = rows[index]?.scope;
      return scope === undefined ? [] : [{ page, scope }];
    }),
  );
}

async function current(parts: AnswerCommandParts, pages: readonly Page[]): Promise<Reply> {
  const open = await Promise.all(pages.map(({ id }) => parts.openIncidents(id)));
  return say.current(pages.map((page, index) => ({ page, open: open[index] ?? [] })));
}

async function subscribe(
  parts: AnswerCommandParts,
  { place, responseUrl }: CommandCall,
  command: Command,
  page: Page,
): Promise<Reply> {
  const active = await parts.subscriptions.active(page.id, place);
  if (command.names.length === 0 && !command.all) return picker(page, active?.scope);
  const names = findNames(page, command.names);
  if (names.unknown.length > 0) return say.unknownNames(page, names.unknown);
  const scope: Scope = command.all
    ? { kind: 'page' }
    : { kind: 'selection', components: names.components, groups: names.groups, incidents: [] };
  if (active?.scope.kind === 'page') return say.alreadyAll(page);
  if (active !== undefined) {
    const add = (now: Scope | undefined) => (now === undefined ? scope : union(now, scope));
    return say.subscribed(page, await parts.subscriptions.subscribe(page.id, place, add));
  }
  await parts.later({ kind: 'subscribe', ...place, page: page.id, responseUrl, how: 'add', scope });
  return WORKING;
}

async function unsubscribe(
  parts: AnswerCommandParts,
  place: Place,
  command: Command,
  page: Page,
): Promise<Reply> {
  if (command.names.length === 0) {
    const ended = await parts.subscriptions.unsubscribe(page.id, place);
    return ended ? say.unsubscribed(page) : say.notSubscribed(page);
  }
  const names = findNames(page, command.names);
  if (names.unknown.length > 0) return say.unknownNames(page, names.unknown);
  const active = await parts.subscriptions.active(page.id, place);
  if (active === undefined) return say.notSubscribed(page);
  if (active.scope.kind === 'page') return say.wholePageStays(page);
  const left = without(active.scope, names);
  if (left === undefined) {
    await parts.subscriptions.unsubscribe(page.id, place);
    return say.unsubscribed(page);
  }
  return say.subscribed(page, await parts.subscriptions.subscribe(page.id, place, () => left));
}
