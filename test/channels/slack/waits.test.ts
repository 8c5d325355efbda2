import { describe, expect, test } from 'vitest';
import { createSlackSender } from '../../../shared/channels/slack/create-slack-sender.ts';
import { createSlackClients } from '../../../shared/channels/slack/web-clients.ts';
import { delivery } from '../deliveries.ts';
import { type Answer, httpServer } from '../http-server.ts';
import { seedAnnouncement } from '../seed.ts';
import { memoryWaits } from './memory-waits.ts';

const THROTTLED: Answer = { status: 429, headers: { 'retry-after': '30' } };
const CLOSED: Answer = { body: { ok: false, error: 'message_limit_exceeded' } };
const POSTED: Answer = { body: { ok: true, ts: '1.1', message: { ts: '1.1' } } };

/** `T1A`: channel A of the workspace T1. */
const to = (name: string) => {
  const n = Number.parseInt(name.slice(1), 16);
  return delivery<'slack'>({ channel: 'slack', team: name.slice(0, 2), conversation: name }, { n });
};

/** A sender, and a Slack that answers per conversation as `answers` says: everybody else is taken. */
async function slack(answers: Map<string, Answer> = new Map()) {
  let now = 1_000_000;
  const calls: string[] = [];
  const server = await httpServer(({ body }) => {
    const conversation = new URLSearchParams(body).get('channel') ?? '';
    calls.push(conversation);
    return answers.get(conversation) ?? POSTED;
  });
  const waits = memoryWaits(() => now);
  const start = () =>
    createSlackSender({
      client: createSlackClients({ tokenOf: async () => 'xoxb-1', slackUrl: `${server.url}/api/` }),
      roots: { read: async () => new Map(), write: async () => {} },
      waits,
      now: () => now,
    });
  /** Each window is told by a process of its own. Returns who was called and the kinds of outcomes. */
  async function send(...conversations: string[]) {
    calls.length = 0;
    const outcomes = await start().send(seedAnnouncement(1), conversations.map(to));
    return { called: calls.toSorted(), outcomes };
  }
  return { send, answers, marks: waits.marks, pass: (seconds: number) => (now += seconds * 1_000) };
}

describe('a channel that Slack throttles', () => {
  test('is not called until it may be, and nobody else waits', async () => {
    const { send, answers, pass } = await slack(new Map([['T1A', THROTTLED]]));
    expect((await send('T1A', 'T1B', 'T2A')).outcomes).toMatchObject([
      { kind: 'backoff', scope: 'endpoint', afterMs: 30_000 },
      { kind: 'sent' },
      { kind: 'sent' },
    ]);
    answers.clear();
    pass(20);
    const { called, outcomes } = await send('T1A', 'T1B', 'T2A');
    expect(called).toEqual(['T1B', 'T2A']);
    expect(outcomes).toMatchObject([
      { kind: 'backoff', cause: 'slack.waiting', afterMs: 10_000 },
      { kind: 'sent' },
      { kind: 'sent' },
    ]);
    pass(10);
    expect((await send('T1A')).called).toEqual(['T1A']);
  });
});

describe('a workspace', () => {
  test('waits as a whole from the second refusal in a row, and other workspaces do not', async () => {
    const { send, answers, pass } = await slack(
      new Map([
        ['T1A', THROTTLED],
        ['T1B', THROTTLED],
      ]),
    );
    await send('T1A');
    expect((await send('T1B', 'T2A')).called).toEqual(['T1B', 'T2A']);
    answers.clear();
    expect((await send('T1C', 'T2B')).called).toEqual(['T2B']);
    pass(31);
    expect((await send('T1A', 'T1C')).called).toEqual(['T1A', 'T1C']);
  });

  test('does not wait when somebody in it was told in between, in the same window or the next', async () => {
    const { send, answers } = await slack(new Map([['T1A', THROTTLED]]));
    await send('T1A', 'T1B');
    await send('T1B');
    answers.set('T1C', THROTTLED);
    await send('T1C');
    expect((await send('T1D')).called).toEqual(['T1D']);
  });

  test('does not wait for two refusals an hour apart', async () => {
    const { send, pass } = await slack(
      new Map([
        ['T1A', THROTTLED],
        ['T1B', THROTTLED],
      ]),
    );
    await send('T1A');
    pass(3_600);
    await send('T1B');
    expect((await send('T1C')).called).toEqual(['T1C']);
  });

  test('whose message limit is reached costs no call for an hour', async () => {
    const { send, answers, pass } = await slack(new Map([['T1A', CLOSED]]));
    await send('T1A');
    answers.clear();
    pass(3_599);
    expect((await send('T1A', 'T1B', 'T2A')).called).toEqual(['T2A']);
    pass(1);
    expect((await send('T1A')).called).toEqual(['T1A']);
  });

  test('that refuses a token which stays costs one call in a quarter of an hour, and a success ends that', async () => {
    const { send, answers, pass, marks } = await slack(
      new Map([['T1A', { body: { ok: false, error: 'invalid_auth' } }]]),
    );
    await send('T1A');
    expect((await send('T1A', 'T1B')).called).toEqual([]);
    answers.clear();
    pass(900);
    await send('T1B');
    expect([...marks.keys()].filter((scope) => scope.startsWith('team#'))).toEqual([]);
  });
});
