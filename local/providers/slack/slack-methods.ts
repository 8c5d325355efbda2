import type { Records } from '../records.ts';
import { parseContent, updateOf, warningsFor } from './content.ts';
import { type Arguments, expectOnly, flagArgument, textArgument } from './slack-call.ts';
import { SlackRefusal } from './slack-error.ts';
import { PostedMessage, type Workspaces } from './workspace.ts';

export interface MethodParts {
  readonly records: Records;
  readonly intern: (text: string) => string;
  readonly workspaces: Workspaces;
  /** Whether a second message with the same `client_msg_id` is none. */
  readonly dedupes: boolean;
}

type Method = (team: string, given: Arguments, parts: MethodParts) => Readonly<Record<string, unknown>>;

const BOT = { bot_id: 'B0STANDIN', app_id: 'A0STANDIN', user: 'U0STANDIN' };

/** The Web API methods that this stand-in models. */
export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': (team) => ({
    url: `https://${team.toLowerCase()}.slack.com/`,
    team,
    team_id: team,
    user: 'status',
    user_id: BOT.user,
    bot_id: BOT.bot_id,
    is_enterprise_install: false,
  }),

  'chat.postMessage'(team, given, { records, intern, workspaces, dedupes }) {
    expectOnly(given, [
      ...['channel', 'text', 'blocks', 'metadata', 'thread_ts', 'reply_broadcast', 'client_msg_id'],
      ...['unfurl_links', 'unfurl_media', 'mrkdwn', 'parse'],
    ]);
    expectNoParsing(given);
    const conversation = textArgument(given, 'channel');
    const content = parseContent(given, intern);
    const parent = workspaces.find(`${team}/${conversation}`, textArgument(given, 'thread_ts'));
    const clientMessageId = textArgument(given, 'client_msg_id');
    const twin = dedupes ? workspaces.findTwin(`${team}/${conversation}`, clientMessageId) : undefined;
    if (twin !== undefined) {
      return {
        channel: conversation,
        ts: twin.ts,
        message: messageResource(twin, false),
        is_duplicate: true,
      };
    }
    const message = new PostedMessage(
      { team, conversation, ts: workspaces.nextTs(), update: intern(updateOf(given)) },
      content,
      {
        // An unknown parent is no error: Slack posts such a reply to the conversation itself.
        ...(parent && { thread: parent.thread ?? parent.ts }),
        ...(clientMessageId !== '' && { clientMessageId }),
        broadcast: parent !== undefined && flagArgument(given, 'reply_broadcast'),
      },
    );
    workspaces.add(records.accept(message));
    const warnings = warningsFor(given);
    return {
      channel: conversation,
      ts: message.ts,
      message: messageResource(message, false),
      ...(warnings.length > 0 && { response_metadata: { warnings } }),
    };
  },

  'chat.update'(team, given, { intern, workspaces }) {
    expectOnly(given, ['channel', 'ts', 'text', 'blocks', 'metadata', 'parse']);
    expectNoParsing(given);
    const conversation = textArgument(given, 'channel');
    const message = workspaces.find(`${team}/${conversation}`, textArgument(given, 'ts'));
    if (!message) throw new SlackRefusal('message_not_found');
    message.edit(parseContent(given, intern));
    return {
      channel: conversation,
      ts: message.ts,
      text: message.text,
      message: messageResource(message, false),
    };
  },

  'conversations.history'(team, given, { workspaces }) {
    expectOnly(given, [
      'channel',
      'oldest',
      'latest',
      'inclusive',
      'limit',
      'cursor',
      'include_all_metadata',
    ]);
    const to = `${team}/${textArgument(given, 'channel')}`;
    return paged(workspaces.history(to).toReversed(), given);
  },

  'conversations.replies'(team, given, { workspaces }) {
    expectOnly(given, [
      'channel',
      'ts',
      'oldest',
      'latest',
      'inclusive',
      'limit',
      'cursor',
      'include_all_metadata',
    ]);
    const to = `${team}/${textArgument(given, 'channel')}`;
    const thread = workspaces.thread(to, textArgument(given, 'ts'));
    if (thread.length === 0) throw new SlackRefusal('thread_not_found');
    return paged(thread, given);
  },
};

/** `parse: full` would turn plain words into mentions and links; only `none` is modelled. */
function expectNoParsing(given: Arguments): void {
  if (given['parse'] === undefined || given['parse'] === 'none') return;
  throw new SlackRefusal('invalid_arguments', ["[ERROR] the stand-in models parse: 'none' only"]);
}

function paged(all: readonly PostedMessage[], given: Arguments): Readonly<Record<string, unknown>> {
  const oldest = Number(given['oldest'] ?? 0);
  const latest = Number(given['latest'] ?? Number.POSITIVE_INFINITY);
  const inclusive = flagArgument(given, 'inclusive');
  const found = all.filter(({ ts }) =>
    inclusive ? Number(ts) >= oldest && Number(ts) <= latest : Number(ts) > oldest && Number(ts) < latest,
  );
  const start = Number(textArgument(given, 'cursor') || 0);
  const end = start + Math.min(Number(given['limit'] ?? 100), 999);
  const withMetadata = flagArgument(given, 'include_all_metadata');
  return {
    messages: found.slice(start, end).map((message) => messageResource(message, withMetadata)),
    has_more: end < found.length,
    response_metadata: { next_cursor: end < found.length ? String(end) : '' },
  };
}

function messageResource(message: PostedMessage, withMetadata: boolean): Readonly<Record<string, unknown>> {
  const edited = message.edits.at(-1);
  return {
    type: 'message',
    ...BOT,
    team: message.team,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(message.thread !== undefined && { thread_ts: message.thread }),
    ...(message.broadcast && { subtype: 'thread_broadcast' }),
    ...(message.clientMessageId !== undefined && { client_msg_id: message.clientMessageId }),
    ...(edited !== undefined && { edited: { user: BOT.user, ts: String(Date.parse(edited) / 1000) } }),
    ...(withMetadata && message.metadata !== undefined && { metadata: message.metadata }),
  };
}
