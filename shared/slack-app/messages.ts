import { bold, escapeMrkdwn, linkMrkdwn } from '../channels/slack/mrkdwn.ts';
import { shorten } from '../channels/text/shorten.ts';
import type { Incident } from '../domain/incident.ts';
import type { Page } from '../domain/page.ts';
import { componentLabel, updateLabel } from '../domain/status.ts';
import type { Scope } from '../domain/subscriber.ts';
import { namesOf } from './component-names.ts';

/** An answer in Slack. Ephemeral: only who asked sees it. */
export interface Reply {
  readonly text: string;
  readonly blocks?: readonly object[];
}

/** Names in one message; the rest is counted. */
const MOST_NAMES = 25;
const LONGEST_NAME = 80;
const MOST_INCIDENTS = 10;

const say = (text: string): string => escapeMrkdwn(text);
const name = (text: string): string => bold(say(shorten(text.replace(/\s+/g, ' ').trim(), LONGEST_NAME)));
const pageName = ({ name: text }: Page): string => name(text);

export const HELP: Reply = {
  text: [
    bold('What I can do'),
    '`/status subscribe`  choose what this channel hears of',
    '`/status subscribe Push API, Dashboard`  add components or groups by name',
    '`/status subscribe all`  hear of the whole page',
    '`/status unsubscribe`  stop, or `/status unsubscribe Push API` for one',
    '`/status list`  what this channel hears of',
    '`/status current`  open incidents',
    'If this workspace follows several pages, add `--page <page id>`.',
  ].join('\n'),
};

export function unknownWord(word: string): Reply {
  return { text: `I do not know “${say(word)}”.\n${HELP.text}` };
}

export const BAD_PAGE_ID: Reply = {
  text: 'A page id has only letters, digits, - and _. Example: `/status list --page my-page`',
};

export const NOT_INSTALLED: Reply = {
  text: 'This workspace has no working installation of this app. Open the status page and choose “Add to Slack” again; what channels hear of is kept.',
};

export const TROUBLE: Reply = {
  text: 'That did not work: trouble on our side. Please try again in a minute.',
};

export const SLACK_TROUBLE: Reply = {
  text: 'Slack did not take my message just now. Please try again in a minute.',
};

export const NO_ACCESS: Reply = {
  text: 'I cannot post in this channel, so nothing was subscribed. Invite me with `/invite` and the name of this app, then try again. In direct messages I cannot post.',
};

export const FOREIGN_PAGE: Reply = {
  text: 'This workspace does not follow that page. Open that status page and choose “Add to Slack”.',
};

export const NAME_THE_PAGE: Reply = {
  text: 'Which status page? Add `--page <page id>`, as in `/status subscribe --page my-page`.',
};

/** Why a workspace's command is about no page. */
export function noPages(kind: 'notInstalled' | 'foreign' | 'unnamed'): Reply {
  return { notInstalled: NOT_INSTALLED, foreign: FOREIGN_PAGE, unnamed: NAME_THE_PAGE }[kind];
}

export const GONE_PAGE: Reply = { text: 'That status page is not there any more.' };

export function severalPages(pages: readonly Page[]): Reply {
  const lines = pages.map((page) => `• ${pageName(page)}: \`--page ${page.id}\``);
  return { text: ['This workspace follows several pages. Which one?', ...lines].join('\n') };
}

export function unknownNames(
  page: Page,
  unknown: readonly { readonly name: string; readonly close: readonly string[] }[],
): Reply {
  const lines = unknown.slice(0, MOST_NAMES).map(({ name: typed, close }) => {
    const hint = close.length === 0 ? '' : ` Did you mean ${close.map(name).join(' or ')}?`;
    return `• ${pageName(page)} has nothing called “${say(shorten(typed, LONGEST_NAME))}”.${hint}`;
  });
  return {
    text: [...lines, 'Nothing was changed. `/status subscribe` shows all to choose from.'].join('\n'),
  };
}

/** `everything on *Page*` or `*A*, *B* on *Page*`. */
export function scopeWords(page: Page, scope: Scope): string {
  return `${scope.kind === 'page' ? 'everything' : partWords(page, scope)} on ${pageName(page)}`;
}

function partWords(page: Page, scope: Extract<Scope, { kind: 'selection' }>): string {
  const names = namesOf(page, scope);
  const incidents = scope.incidents.length;
  const said = [
    ...names.slice(0, MOST_NAMES).map(name),
    ...(names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : []),
    ...(incidents > 0 ? [`${incidents} single ${incidents === 1 ? 'incident' : 'incidents'}`] : []),
  ];
  return said.join(', ');
}

/** The harmless post: it shows that we may post, and tells the channel's members what it will get and how to stop it. */
export function welcome(page: Page, scope: Scope, open: readonly Incident[]): Reply {
  return {
    text: [
      `This channel now gets updates of ${pageName(page)}${scope.kind === 'page' ? '' : `: ${partWords(page, scope)}`}. \`/status unsubscribe\` stops them.`,
      ...(open.length === 0 ? [] : ['Right now:', ...incidentLines(page, open)]),
    ].join('\n'),
  };
}

export function subscribed(page: Page, scope: Scope): Reply {
  return { text: `This channel hears of ${scopeWords(page, scope)}.` };
}

export function alreadyAll(page: Page): Reply {
  return {
    text: `This channel hears of everything on ${pageName(page)} already. To hear of less, use \`/status subscribe\` and choose.`,
  };
}

export function wholePageStays(page: Page): Reply {
  return {
    text: `This channel hears of everything on ${pageName(page)}. To leave parts out, use \`/status subscribe\` and choose; \`/status unsubscribe\` ends it.`,
  };
}

export function unsubscribed(page: Page): Reply {
  return { text: `This channel gets no more updates of ${pageName(page)}.` };
}

export function notSubscribed(page: Page): Reply {
  return { text: `This channel hears of nothing on ${pageName(page)}. \`/status subscribe\` changes that.` };
}

/** To whoever installed the app: a channel is not told any more, why, and what would change that. */
export function lost(page: Page, conversation: string, cause: string): Reply {
  const word = cause.replace(/^slack\./, '');
  return {
    text: `<#${conversation}> gets no more updates of ${pageName(page)}: ${LOST[word] ?? `Slack does not let me post there (\`${say(word)}\`). Once I may again, type \`/status subscribe\` there.`}`,
  };
}

const ARCHIVED =
  'the channel is archived. If it is needed again, unarchive it and type `/status subscribe` there.';
const REMOVED = 'I am not in that channel any more. To go on, invite me there and type `/status subscribe`.';

/** By Slack's word, of a send or of an event. */
const LOST: Readonly<Record<string, string>> = {
  is_archived: ARCHIVED,
  channel_archive: ARCHIVED,
  group_archive: ARCHIVED,
  channel_deleted: 'the channel was deleted.',
  group_deleted: 'the channel was deleted.',
  not_in_channel: REMOVED,
  channel_not_found: REMOVED,
  channel_left: REMOVED,
  group_left: REMOVED,
  member_left_channel: REMOVED,
};

export function listed(subscriptions: readonly { readonly page: Page; readonly scope: Scope }[]): Reply {
  if (subscriptions.length === 0)
    return { text: 'This channel hears of nothing yet. `/status subscribe` changes that.' };
  return {
    text: [
      'This channel hears of:',
      ...subscriptions.map(({ page, scope }) => `• ${scopeWords(page, scope)}`),
    ].join('\n'),
  };
}

export function current(
  pages: readonly { readonly page: Page; readonly open: readonly Incident[] }[],
): Reply {
  const parts = pages.map(({ page, open }) =>
    open.length === 0
      ? `${pageName(page)}: no open incidents. ${linkMrkdwn(page.url, 'Status page')}`
      : [`${pageName(page)}:`, ...incidentLines(page, open)].join('\n'),
  );
  return { text: parts.join('\n\n') };
}

function incidentLines(page: Page, open: readonly Incident[]): string[] {
  const lines = open.slice(0, MOST_INCIDENTS).map((incident) => {
    const affected = incident.components
      .filter(({ newStatus }) => newStatus !== 'operational')
      .map((one) => `${say(shorten(one.name, LONGEST_NAME))} – ${componentLabel(one.newStatus)}`);
    const more = affected.length > 5 ? [`${affected.length - 5} more`] : [];
    const details = affected.length === 0 ? '' : ` (${[...affected.slice(0, 5), ...more].join(', ')})`;
    const link = linkMrkdwn(incident.facts.url ?? page.url, shorten(incident.title, 120));
    return `• ${bold(updateLabel(incident.status))}: ${link}${details}`;
  });
  const rest = open.length - MOST_INCIDENTS;
  return rest > 0 ? [...lines, `and ${rest} more`] : lines;
}
