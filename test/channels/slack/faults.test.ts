import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../../local/providers/faults.ts';
import type { SlackMessage } from '../../../local/providers/messages.ts';
import { type Providers, startProviders } from '../../../local/providers/start-providers.ts';
import { createSlackSender } from '../../../shared/channels/slack/create-slack-sender.ts';
import type { ThreadRoot } from '../../../shared/channels/slack/thread-roots.ts';
import { createSlackClients } from '../../../shared/channels/slack/web-clients.ts';
import type { Outcome } from '../../../shared/domain/outcome.ts';
import { deliveryId } from '../../../shared/fanout/delivery-id.ts';
import { delivery } from '../deliveries.ts';
import { seedAnnouncement } from '../seed.ts';
import { memoryWaits } from './memory-waits.ts';

const CHANNEL = 'C0STATUS01';
const TIMEOUT_MS = 400;
const to = delivery<'slack'>({ channel: 'slack', team: 'T0LOCAL01', conversation: CHANNEL });

let providers: Providers;
afterEach(() => providers.stop());

/**
 * What can be known of a doubt: a workspace that lets us read its messages, or one that does not, where Slack's undocumented
 * `client_msg_id` has to do.
 */
const WORKSPACES = {
  'that can be asked': {},
  'that cannot be asked': { scopes: 'chat:write,commands', dedupes: true },
} as const;

/** A sender against the stand-in, through the real client, with a root that was posted with the first update. */
async function slack(workspace: keyof typeof WORKSPACES, slackBurst = 50) {
  providers = await startProviders({ slack: WORKSPACES[workspace], rates: { slackBurst } });
  let waited = 0;
  const now = () => Date.now() + waited;
  const roots = new Map<string, ThreadRoot>();
  const sender = createSlackSender({
    client: createSlackClients({
      tokenOf: async (team) => providers.credentials.slack.tokens[team],
      slackUrl: providers.urls.slack,
      timeoutMs: TIMEOUT_MS,
    }),
    refused: async () => true,
    roots: {
      async read(_, incident) {
        const root = roots.get(incident);
        return new Map(root === undefined ? [] : [[to.recipient.h, root]]);
      },
      async write(_page, incident, _h, next, lost) {
        const root = roots.get(incident);
        if (root === undefined || root.ts === lost?.ts) roots.set(incident, next);
      },
    },
    waits: memoryWaits(now),
    now,
  });

  /** Tells the nth update as the fan-out would: again after a refusal, asked about when in doubt. Returns all outcomes. */
  async function tell(n: number, incident = ''): Promise<Outcome[]> {
    const seed = seedAnnouncement(n);
    const announcement = {
      ...seed,
      incident: { ...seed.incident, id: `incident${incident}` },
      update: { ...seed.update, id: `update${n}${incident}` },
    };
    const { recipient } = to;
    const id = deliveryId(recipient.page, announcement.update.id, 'slack', recipient.h);
    const outcomes: Outcome[] = [];
    for (let attempt = 1; attempt <= 6; ) {
      const begunAt = Date.now();
      const [outcome] = await sender.send(announcement, [{ id, recipient, attempt }]);
      if (outcome === undefined) throw new Error('expected an outcome');
      outcomes.push(outcome);
      if (outcome.kind === 'backoff') await wait(outcome.afterMs);
      else if (outcome.kind === 'retry') attempt++;
      else if (outcome.kind !== 'inDoubt') return outcomes;
      else if ((await sender.ask?.(announcement, { id, recipient, attempt }, begunAt))?.kind === 'told')
        return outcomes;
    }
    return outcomes;
  }

  /** Slack's clock is the real one; ours need not wait for more than it counts. */
  async function wait(ms: number): Promise<void> {
    if (slackBurst < 50) await sleep(Math.min(ms, 2_000));
    else waited += ms;
  }

  const messages = () => providers.messages().filter((one): one is SlackMessage => one.channel === 'slack');
  return { tell, messages, root: () => roots.get('incident') };
}

/** An outcome in few words: kind, scope, wait. */
function short(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '';
  const { kind } = outcome;
  const scope = 'scope' in outcome ? [outcome.scope] : [];
  const wait = 'afterMs' in outcome ? [outcome.afterMs] : [];
  return [kind, ...scope, ...wait].join(' ');
}

/** What befalls `chat.postMessage`, what the first attempt comes to, and how many messages the channel has in the end. */
const POSTS: readonly [string, Omit<Fault, 'channel' | 'operation'>, string, number][] = [
  ['nothing', { times: 0 }, 'sent', 1],
  ['an answer that takes a while', { delayMs: TIMEOUT_MS / 2 }, 'sent', 1],
  ['an answer that comes too late', { delayMs: TIMEOUT_MS * 2 }, 'inDoubt', 1],
  ['a connection that breaks before Slack has it', { drop: 'before' }, 'inDoubt', 1],
  ['a connection that breaks after Slack has it', { drop: 'after' }, 'inDoubt', 1],
  ['a silence after Slack has it', { drop: 'after', delayMs: TIMEOUT_MS * 2 }, 'inDoubt', 1],
  ['500 before', { status: 500 }, 'inDoubt', 1],
  ['500 after', { status: 500, processed: true }, 'inDoubt', 1],
  ['502 after', { status: 502, processed: true }, 'inDoubt', 1],
  ['503, and Slack says it took nothing', { status: 503, error: 'service_unavailable' }, 'retry', 1],
  ['429', { status: 429, retryAfterSeconds: 7 }, 'backoff endpoint 7000', 1],
  ['429 three times', { status: 429, retryAfterSeconds: 7, times: 3 }, 'backoff endpoint 7000', 1],
  ['fatal_error before', { error: 'fatal_error' }, 'inDoubt', 1],
  ['fatal_error after', { error: 'fatal_error', processed: true }, 'inDoubt', 1],
  ['internal_error after', { error: 'internal_error', processed: true }, 'inDoubt', 1],
  ['internal_error twice after', { error: 'internal_error', processed: true, times: 2 }, 'inDoubt', 1],
  ['request_timeout', { error: 'request_timeout' }, 'retry', 1],
  ['service_unavailable', { error: 'service_unavailable' }, 'retry', 1],
  ['rate_limited', { error: 'rate_limited' }, 'backoff endpoint 30000', 1],
  ['message_limit_exceeded', { error: 'message_limit_exceeded' }, 'backoff installation 3600000', 1],
  ['org_login_required', { error: 'org_login_required' }, 'retry 900000', 1],
  ['team_added_to_org', { error: 'team_added_to_org' }, 'retry 900000', 1],
  ['accesslimited', { error: 'accesslimited' }, 'retry 900000', 1],
  ['a word of tomorrow', { error: 'a_word_of_tomorrow' }, 'retry', 1],
  ['invalid_blocks', { error: 'invalid_blocks' }, 'sent', 1],
  ['msg_blocks_too_long', { error: 'msg_blocks_too_long' }, 'sent', 1],
  ['invalid_metadata_format', { error: 'invalid_metadata_format' }, 'sent', 1],
  ['invalid_arguments, plain text too', { error: 'invalid_arguments', times: 2 }, 'drop', 0],
  ['not_in_channel', { error: 'not_in_channel' }, 'retry 900000', 1],
  ['channel_not_found for good', { error: 'channel_not_found', times: 99 }, 'retry 900000', 0],
  ['is_archived', { error: 'is_archived' }, 'quarantine endpoint', 0],
  ['restricted_action', { error: 'restricted_action' }, 'quarantine endpoint', 0],
  ['token_revoked', { error: 'token_revoked' }, 'backoff installation 900000', 1],
];

describe.each(Object.keys(WORKSPACES) as (keyof typeof WORKSPACES)[])('in a workspace %s', (workspace) => {
  test.each(POSTS)('a root that meets %s', async (_, fault, first, count) => {
    const { tell, messages } = await slack(workspace);
    providers.script({ channel: 'slack', operation: 'chat.postMessage', ...fault });
    const outcomes = await tell(1);
    expect(short(outcomes[0])).toBe(first);
    expect(messages()).toHaveLength(count);
  });

  test.each(POSTS)('a reply that meets %s', async (_, fault, first, count) => {
    const { tell, messages, root } = await slack(workspace);
    await tell(1);
    providers.script({ channel: 'slack', operation: 'chat.postMessage', ...fault });
    const outcomes = await tell(2);
    expect(short(outcomes[0])).toBe(first);
    expect(messages()).toHaveLength(1 + count);
    // The root shows the newest state whether or not the reply went out.
    expect(messages()[0]).toMatchObject({ ts: root()?.ts, text: expect.stringMatching(/^Update: /) });
  });
});

/** What befalls `chat.update`: outcome of the first attempt, and the messages in the end beside the first root. */
const EDITS: readonly [string, Omit<Fault, 'channel' | 'operation'>, string, 'reply' | 'root'][] = [
  ['a lost connection', { drop: 'before' }, 'retry', 'reply'],
  ['a lost answer', { drop: 'after' }, 'retry', 'reply'],
  ['500', { status: 500 }, 'retry', 'reply'],
  ['429', { status: 429, retryAfterSeconds: 3 }, 'backoff endpoint 3000', 'reply'],
  ['fatal_error', { error: 'fatal_error', processed: true }, 'retry', 'reply'],
  ['update_failed for good', { error: 'update_failed', times: 99 }, 'retry', 'reply'],
  ['invalid_blocks', { error: 'invalid_blocks' }, 'sent', 'reply'],
  ['edit_window_closed', { error: 'edit_window_closed' }, 'sent', 'reply'],
  ['cant_update_message', { error: 'cant_update_message' }, 'sent', 'reply'],
  ['message_not_found', { error: 'message_not_found' }, 'sent', 'root'],
  ['thread_not_found', { error: 'thread_not_found' }, 'sent', 'root'],
];

describe('an edit of the root', () => {
  test.each(EDITS)('that meets %s: the update is told once', async (_, fault, first, where) => {
    const { tell, messages, root } = await slack('that can be asked');
    await tell(1);
    const before = root()?.ts;
    providers.script({ channel: 'slack', operation: 'chat.update', ...fault });
    const outcomes = await tell(2);
    expect(short(outcomes[0])).toBe(first);
    expect(outcomes.at(-1)).toMatchObject({ kind: 'sent' });
    expect(messages()).toHaveLength(2);
    expect(messages()[1]?.thread).toBe(where === 'reply' ? before : undefined);
    expect(root()?.ts).toBe(where === 'reply' ? before : messages()[1]?.ts);
  });
});

test('a root that somebody deleted is replaced, and the thread goes on from the new one', async () => {
  const { tell, messages, root } = await slack('that can be asked');
  await tell(1);
  providers.script({ channel: 'slack', operation: 'chat.update', error: 'message_not_found' });
  await tell(2);
  await tell(3);
  await tell(5);
  const second = root()?.ts;
  expect(messages().map(({ thread }) => thread)).toEqual([undefined, undefined, second, second]);
  expect(messages()[1]).toMatchObject({ ts: second, text: expect.stringMatching(/^Resolved: /) });
  expect(messages()[3]).toMatchObject({ broadcast: true });
});

test('two incidents that collide in a channel which takes a message a second are each told once', async () => {
  const { tell, messages } = await slack('that can be asked', 1);
  const told = await Promise.all([tell(1, 'A'), tell(1, 'B')]);
  const kinds = told.map((outcomes) => outcomes.map(({ kind }) => kind).join(' ')).toSorted();
  expect(kinds).toEqual(['backoff sent', 'sent']);
  expect(
    messages()
      .map(({ update }) => update)
      .toSorted(),
  ).toEqual(['update1A', 'update1B']);
});
