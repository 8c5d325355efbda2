import { randomBytes } from 'node:crypto';
import { type Fault, type Faults, playFault } from '../faults.ts';
import {
  type Answer,
  type Call,
  type HttpEndpoint,
  json,
  type Reply,
  startHttpEndpoint,
} from '../http-endpoint.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { Records } from '../records.ts';
import { parseContent, updateOf } from './content.ts';
import { checkConversation } from './magic-conversations.ts';
import { type Arguments, parseArguments, textArgument } from './slack-call.ts';
import { SlackRefusal, slackError, slackRateLimited } from './slack-error.ts';
import { METHODS } from './slack-methods.ts';
import { createSlackOauth, type SlackAppCredentials } from './slack-oauth.ts';
import { type Closed, createSlackPerson, type SlackPerson } from './slack-person.ts';
import { createWorkspaces, PostedMessage } from './workspace.ts';

/** What Slack may do or not, so that both can be tried. */
export interface SlackHabits {
  /** Scopes of the workspaces that have the app from the start. Default: all that the stand-in knows of. */
  readonly scopes?: string;
  /** Whether a second message with the same `client_msg_id` is none: documented nowhere. Default false. */
  readonly dedupes?: boolean;
}

export interface SlackParts {
  /** Bot tokens by team. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly app: SlackAppCredentials;
  readonly records: Records;
  readonly faults: Faults;
  readonly intern: (text: string) => string;
  /** Per method and conversation. */
  readonly rate: RateLimit;
  readonly habits: SlackHabits;
}

/** Methods that write into a conversation: these have the per-conversation rate. */
const WRITES = new Set(['chat.postMessage', 'chat.update']);

/** Methods that read what was written. */
const READS = new Set(['conversations.history', 'conversations.replies']);

const ALL_SCOPES = 'chat:write,chat:write.public,commands,channels:read,channels:history';

/** What a token is good for. */
interface Granted {
  readonly team: string;
  readonly scopes: readonly string[];
}

/** Of a slash command: `/commands/<team>/<conversation>/<anything>`. */
const RESPONSE_PATH = /^\/commands\/(\w+)\/(\w+)\/(\w+)/;

/** A new bot token per team, in the shape of real ones. */
export function createSlackTokens(teams: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    teams.map((team) => [team, `xoxb-0000000000-${randomBytes(12).toString('hex')}`]),
  );
}

/**
 * Slack's Web API for any number of workspaces, installation of the app, and addresses for answers to commands. `url` ends in `/api/`,
 * as `slackApiUrl` wants it.
 */
export async function startSlackStandIn(
  parts: SlackParts,
): Promise<HttpEndpoint & { readonly person: SlackPerson }> {
  const { records, faults, rate } = parts;
  const { scopes = ALL_SCOPES } = parts.habits;
  const grants = new Map<string, Granted>(
    Object.entries(parts.tokens).map(([team, token]) => [token, { team, scopes: scopes.split(',') }]),
  );
  const workspaces = createWorkspaces();
  const closed = new Map<string, Closed>();
  const person = createSlackPerson({
    app: parts.app,
    url: () => endpoint.url,
    close: (to, why) => void (why === undefined ? closed.delete(to) : closed.set(to, why)),
    revoke(team) {
      for (const [token, granted] of grants) if (granted.team === team) grants.delete(token);
    },
  });
  const oauth = createSlackOauth({
    app: parts.app,
    install: (team, token, granted) => grants.set(token, { team, scopes: granted.split(',') }),
  });

  function grantOf(call: Call, given: Arguments): Granted {
    const [scheme, bearer] = (call.headers.authorization ?? '').split(' ');
    const token = scheme === 'Bearer' ? bearer : textArgument(given, 'token');
    if (!token) throw new SlackRefusal('not_authed');
    const granted = grants.get(token);
    if (granted === undefined) throw new SlackRefusal('invalid_auth');
    return granted;
  }

  async function run(call: Call, name: string, given: Arguments): Promise<Answer> {
    const { team, scopes } = grantOf(call, given);
    const method = METHODS[name];
    if (!method) throw new SlackRefusal('unknown_method', [`[ERROR] the stand-in does not model ${name}`]);
    if (READS.has(name) && !scopes.includes('channels:history')) throw new SlackRefusal('missing_scope');
    const conversation = textArgument(given, 'channel');
    const to = `${team}/${conversation}`;
    const update = updateOf(given);
    const fault = faults.take({ channel: 'slack', operation: name, to: [to, conversation], update });
    return playFault(
      fault,
      () => {
        if (name !== 'auth.test') checkConversation(conversation);
        const why = closed.get(to);
        if (why !== undefined) throw new SlackRefusal(why);
        const waitMs = WRITES.has(name) ? rate.take(`${name} ${to}`) : 0;
        if (waitMs > 0) {
          records.refuse({ channel: 'slack', code: 'ratelimited', reason: `${name} too often`, to, update });
          return slackRateLimited(Math.ceil(waitMs / 1000));
        }
        return json(200, {
          ok: true,
          ...method(team, given, { ...parts, workspaces, dedupes: parts.habits.dedupes ?? false }),
        });
      },
      (each) => refuse(each, to, update),
    );
  }

  function refuse(fault: Fault, to: string, update: string): Reply {
    const limited = fault.status === 429;
    const code = String(fault.error ?? (limited ? 'ratelimited' : 'internal_error'));
    const reason = fault.message ?? `scripted fault${fault.drop ? ` (dropped ${fault.drop})` : ''}`;
    records.refuse({ channel: 'slack', code, reason, to, update, accepted: fault.processed === true });
    if (limited) return slackRateLimited(fault.retryAfterSeconds ?? 1);
    return { ...slackError(code), status: fault.status ?? 200 };
  }

  /** An answer to a slash command, by its `response_url`: seen by who asked, and kept as a message in that conversation. */
  function respond(given: Arguments, team: string, conversation: string, id: string): Reply {
    const content = parseContent(given, parts.intern);
    const place = { team, conversation, ts: workspaces.nextTs(), update: '' };
    const blocks = Array.isArray(given['blocks']) ? given['blocks'] : [];
    person.hear(conversation, id, textArgument(given, 'text'), blocks);
    records.accept(new PostedMessage(place, content, { broadcast: false, ephemeral: true }));
    return { status: 200, body: 'ok' };
  }

  const endpoint = await startHttpEndpoint('Slack', async (call) => {
    if (call.method === 'GET' && call.path === '/oauth/v2/authorize') return oauth.authorize(call);
    if (call.path === '/api/oauth.v2.access') return oauth.access(call);
    let given: Arguments = {};
    try {
      given = parseArguments(call);
      const [, team, conversation, id = ''] = RESPONSE_PATH.exec(call.path) ?? [];
      if (team !== undefined && conversation !== undefined) return respond(given, team, conversation, id);
      return await run(call, call.path.replace(/^\/(api\/)?/, ''), given);
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      const to = textArgument(given, 'channel');
      records.refuse({
        channel: 'slack',
        code: error.error,
        reason: error.message,
        to,
        update: updateOf(given),
      });
      return slackError(error.error, error.messages);
    }
  });
  return { url: `${endpoint.url}/api/`, stop: endpoint.stop, person };
}
