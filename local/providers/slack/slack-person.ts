import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { INSTALLING_TEAM, type SlackAppCredentials } from './slack-oauth.ts';

/** What the app answered to somebody, who alone sees it. */
export interface Whisper {
  readonly id: string;
  readonly conversation: string;
  readonly at: string;
  /** What it answers: a command as typed, or a button. */
  readonly asked: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** What may happen to a channel, or to the app in it. */
export const HAPPENINGS = {
  archive: 'Archive the channel',
  unarchive: 'Unarchive it',
  remove: 'Remove the app from it',
  invite: 'Invite the app',
  uninstall: 'Uninstall the app',
} as const;
export type Happening = keyof typeof HAPPENINGS;

/** Why a channel takes no messages, in Slack's word. */
export type Closed = 'is_archived' | 'not_in_channel';

export interface PersonParts {
  readonly app: SlackAppCredentials;
  /** Base address of the stand-in, for `response_url`s. */
  readonly url: () => string;
  /** Makes a channel take messages no more, or again. */
  readonly close: (to: string, closed: Closed | undefined) => void;
  /** Takes every token of a workspace back. */
  readonly revoke: (team: string) => void;
}

const replySchema = z.looseObject({ text: z.string().default(''), blocks: z.array(z.unknown()).default([]) });

/** Our bot's user, as `oauth.v2.access` says. */
const BOT = 'U0STANDIN';
const PERSON = 'U0PERSON';
const MOST_WHISPERS = 200;

export type SlackPerson = ReturnType<typeof createSlackPerson>;

/**
 * Somebody who uses the app in a channel of the workspace `T0INSTALL1`: types commands, presses buttons, archives channels. All
 * that Slack would send for it goes to the app at `apiUrl`, signed as Slack signs.
 */
export function createSlackPerson({ app, url, close, revoke }: PersonParts) {
  let whispers: Whisper[] = [];
  let events = 0;
  const team = INSTALLING_TEAM;

  async function send(apiUrl: string, path: string, type: string, body: string): Promise<string> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const mac = createHmac('sha256', app.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    const response = await fetch(apiUrl + path, {
      method: 'POST',
      body,
      headers: {
        'content-type': type,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${mac}`,
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Expected the app to take it, got ${response.status}: ${text}`);
    return text;
  }

  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const FORM = 'application/x-www-form-urlencoded';

  function keep(whisper: Omit<Whisper, 'at'>): void {
    whispers = [
      ...whispers.filter(({ id }) => id !== whisper.id),
      { ...whisper, at: new Date().toISOString() },
    ].slice(-MOST_WHISPERS);
  }

  const responseUrl = (conversation: string, id: string) =>
    new URL(`/commands/${team}/${conversation}/${id}`, url()).href;

  return {
    team,
    whispers: (conversation: string) => whispers.filter((one) => one.conversation === conversation),

    /** Types `/status <text>`. */
    async command(apiUrl: string, conversation: string, text: string): Promise<void> {
      const id = randomBytes(6).toString('hex');
      const answer = await send(
        apiUrl,
        '/slack/commands',
        FORM,
        form({
          command: '/status',
          text,
          team_id: team,
          channel_id: conversation,
          user_id: PERSON,
          response_url: responseUrl(conversation, id),
        }),
      );
      const { text: said, blocks } = replySchema.parse(JSON.parse(answer));
      keep({ id, conversation, asked: `/status ${text}`.trim(), text: said, blocks });
    },

    /** Presses a button or chooses from a menu of an answer; `chosen` are the options of its picker. */
    async click(
      apiUrl: string,
      whisperId: string,
      action: { readonly block: string; readonly id: string; readonly value: string; readonly menu: boolean },
      chosen: { readonly block: string; readonly action: string; readonly values: readonly string[] },
    ): Promise<string | undefined> {
      const whisper = whispers.find(({ id }) => id === whisperId);
      if (whisper === undefined) return undefined;
      const option = (value: string) => ({ value });
      const payload = {
        type: 'block_actions',
        user: { id: PERSON },
        team: { id: team },
        channel: { id: whisper.conversation },
        response_url: responseUrl(whisper.conversation, whisper.id),
        actions: [
          {
            action_id: action.id,
            block_id: action.block,
            ...(action.menu ? { selected_option: option(action.value) } : { value: action.value }),
          },
        ],
        state: {
          values: { [chosen.block]: { [chosen.action]: { selected_options: chosen.values.map(option) } } },
        },
      };
      await send(apiUrl, '/slack/interactions', FORM, form({ payload: JSON.stringify(payload) }));
      return whisper.conversation;
    },

    /** Takes an answer that the app sends later, in place of what it said at once. */
    hear(conversation: string, id: string, text: string, blocks: readonly unknown[]): void {
      const asked = whispers.find((one) => one.id === id)?.asked ?? '';
      keep({ id, conversation, asked, text, blocks });
    },

    /** Lets something happen, and tells the app what Slack would. */
    async happen(apiUrl: string, conversation: string, happening: Happening): Promise<void> {
      const to = `${team}/${conversation}`;
      const tell = (event: object) =>
        send(
          apiUrl,
          '/slack/events',
          'application/json',
          JSON.stringify({
            type: 'event_callback',
            team_id: team,
            event_id: `Ev${randomBytes(4).toString('hex')}${++events}`,
            event_time: Math.floor(Date.now() / 1_000),
            authorizations: [{ team_id: team, user_id: BOT, is_bot: true }],
            event,
          }),
        );
      switch (happening) {
        case 'archive':
          close(to, 'is_archived');
          await tell({ type: 'channel_archive', channel: conversation, user: PERSON });
          return;
        case 'unarchive':
          close(to, undefined);
          await tell({ type: 'channel_unarchive', channel: conversation, user: PERSON });
          return;
        case 'remove':
          close(to, 'not_in_channel');
          await tell({ type: 'channel_left', channel: conversation, actor_id: PERSON });
          return;
        case 'invite':
          close(to, undefined);
          await tell({ type: 'member_joined_channel', channel: conversation, user: BOT, inviter: PERSON });
          return;
        case 'uninstall':
          revoke(team);
          await tell({ type: 'tokens_revoked', tokens: { oauth: [], bot: [BOT] } });
          await tell({ type: 'app_uninstalled' });
      }
    },
  };
}
