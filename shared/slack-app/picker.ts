import { bold, escapeMrkdwn } from '../channels/slack/mrkdwn.ts';
import { shorten } from '../channels/text/shorten.ts';
import { ID_PATTERN } from '../domain/id.ts';
import type { Component, Page } from '../domain/page.ts';
import type { Scope } from '../domain/subscriber.ts';
import type { Reply } from './messages.ts';

/** Names of the picker's parts in what Slack sends back. The page is the button's value. */
export const PICKER = {
  block: 'components',
  select: 'chosen',
  chosen: 'subscribe-chosen',
  all: 'subscribe-all',
  leave: 'unsubscribe',
  /** Block ids of the page picker end in what is to be done with the page. */
  page: 'page',
} as const;

/** docs.slack.dev, Block Kit: multi-select menus, option objects. */
const MOST_OPTIONS = 100;
const MOST_GROUPS = 100;
const LONGEST_LABEL = 75;

interface Option {
  readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
  readonly value: string;
}

interface OptionGroup {
  readonly label: Option['text'];
  readonly options: readonly Option[];
}

/** Lets somebody choose what the channel hears of: components by group, whole groups, or the whole page. */
export function picker(page: Page, scope: Scope | undefined): Reply {
  const text = `What should this channel hear of on ${bold(escapeMrkdwn(shorten(page.name, 120)))}?`;
  const groups = optionGroups(page);
  const chosen = new Set(
    scope?.kind === 'selection'
      ? [...scope.components.map(componentValue), ...scope.groups.map(groupValue)]
      : [],
  );
  const initial = groups
    .flatMap(({ options }) => options)
    .filter(({ value }) => chosen.has(value))
    .slice(0, MOST_OPTIONS);
  const button = (action: string, label: string, style?: 'primary' | 'danger') => ({
    type: 'button',
    action_id: action,
    text: plain(label),
    value: page.id,
    ...(style && { style }),
  });
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } },
      ...(groups.length === 0
        ? []
        : [
            {
              type: 'input',
              block_id: PICKER.block,
              label: plain('Components'),
              element: {
                type: 'multi_static_select',
                action_id: PICKER.select,
                placeholder: plain('Choose components'),
                option_groups: groups,
                ...(initial.length > 0 && { initial_options: initial }),
              },
            },
          ]),
      {
        type: 'actions',
        elements: [
          ...(groups.length === 0 ? [] : [button(PICKER.chosen, 'Subscribe to these', 'primary')]),
          button(PICKER.all, 'Whole page'),
          ...(scope === undefined ? [] : [button(PICKER.leave, 'Unsubscribe', 'danger')]),
        ],
      },
    ],
  };
}

/** Asks which of the workspace's pages is meant. */
export function pagePicker(pages: readonly Page[], todo: 'subscribe' | 'unsubscribe'): Reply {
  const text = 'This workspace follows several pages. Which one?';
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } },
      {
        type: 'actions',
        block_id: `${PICKER.page}:${todo}`,
        elements: [
          {
            type: 'static_select',
            action_id: PICKER.page,
            placeholder: plain('Choose a page'),
            options: pages.slice(0, MOST_OPTIONS).map(({ id, name }) => option(name, id)),
          },
        ],
      },
    ],
  };
}

/** What the values that Slack sends back select; unknown ones count for nothing. */
export function readChosen(values: readonly string[]): Extract<Scope, { kind: 'selection' }> {
  const ids = (prefix: string) =>
    values.flatMap((value) =>
      value.startsWith(prefix) && ID_PATTERN.test(value.slice(prefix.length))
        ? [value.slice(prefix.length)]
        : [],
    );
  return { kind: 'selection', components: ids('c:'), groups: ids('g:'), incidents: [] };
}

const componentValue = (id: string) => `c:${id}`;
const groupValue = (id: string) => `g:${id}`;

function optionGroups({ components }: Page): OptionGroup[] {
  const byGroup = Map.groupBy(components, ({ group }) => group?.id);
  return [...byGroup.values()].flatMap(groupOptions).slice(0, MOST_GROUPS);
}

function groupOptions(members: readonly Component[]): OptionGroup[] {
  const group = members[0]?.group;
  const options = [
    ...(group ? [option(`All of ${group.name}`, groupValue(group.id))] : []),
    ...members.map(({ id, name }) => option(name, componentValue(id))),
  ];
  const parts: OptionGroup[] = [];
  for (let start = 0; start < options.length; start += MOST_OPTIONS) {
    const label = plain(
      start === 0 ? (group?.name ?? 'Components') : `${group?.name ?? 'Components'} (more)`,
    );
    parts.push({ label, options: options.slice(start, start + MOST_OPTIONS) });
  }
  return parts;
}

function option(label: string, value: string): Option {
  return { text: plain(label), value };
}

function plain(text: string): Option['text'] {
  return { type: 'plain_text', text: shorten(text, LONGEST_LABEL), emoji: false };
}
