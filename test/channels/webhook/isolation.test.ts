import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attempt } from '../../../shared/channels/webhook/attempt.ts';
import { createWebhookSender } from '../../../shared/channels/webhook/create-webhook-sender.ts';
import { createEndpointSecrets } from '../../../shared/channels/webhook/endpoint-secrets.ts';
import { endpointTurns, type Turn } from '../../../shared/channels/webhook/endpoint-turns.ts';
import type { PostJson } from '../../../shared/channels/webhook/post-json.ts';
import type { Outcome } from '../../../shared/domain/outcome.ts';
import { FAILING_AFTER, type Strikes } from '../../../shared/domain/strikes.ts';
import { HOUR, MINUTE, SECOND } from '../../../shared/domain/time.ts';
import { pauseStore } from '../../../shared/store/pauses.ts';
import { createSubscriberLinks } from '../../../shared/subscriptions/links.ts';
import { startTables, type TestTables } from '../../engine/dynamodb.ts';
import { virtualClock } from '../../fanout/virtual-clock.ts';
import { delivery } from '../deliveries.ts';
import { seedAnnouncement } from '../seed.ts';

const SLOW = 42;
const QUICK_MS = 50;
const SLOW_MS = 15 * SECOND - 100;
const NEWS = seedAnnouncement(5);

/** A hundred endpoints, of which one takes fifteen seconds for every answer. Time is the fake timers'. */
function hundredEndpoints(parts: Partial<Parameters<typeof createWebhookSender>[0]> = {}) {
  const calls: string[] = [];
  const attempts: Attempt[] = [];
  const slow = new Map<string, number>();
  const post: PostJson = ({ url, deadlineMs = 15 * SECOND }) => {
    calls.push(url);
    const takes = url.endsWith(`/${SLOW}`) ? SLOW_MS : QUICK_MS;
    return new Promise((resolve) => {
      if (takes > deadlineMs) setTimeout(() => resolve({ kind: 'failed', code: 'TIMEOUT' }), deadlineMs);
      else setTimeout(() => resolve({ kind: 'answer', status: 204, headers: {}, body: '' }), takes);
    });
  };
  const sender = createWebhookSender({
    post,
    signer: createEndpointSecrets('m'.repeat(43)),
    links: createSubscriberLinks({ publicUrl: 'https://api.example', linkKey: 'k'.repeat(40) }),
    now: () => Date.now(),
    userAgent: 'incident-fanout/test',
    origin: 'api.example',
    readEarlier: async () => [],
    noteAttempt: async (attempt) => void attempts.push(attempt),
    noteSlow: async ({ h }, since) => void (since === undefined ? slow.delete(h) : slow.set(h, since)),
    ...parts,
  });
  const one = (n: number, more: { strikes?: Strikes } = {}) => {
    const made = delivery<'webhook'>({ channel: 'webhook', url: `https://hooks.example/${n}` }, { n });
    const slowSince = slow.get(made.recipient.h);
    return { ...made, recipient: { ...made.recipient, ...(slowSince && { slowSince }), ...more } };
  };
  const hundred = Array.from({ length: 100 }, (_, n) => n);

  /** What came of deliveries, and how long all of them took together. */
  async function take(deliveries: Parameters<typeof sender.send>[1]) {
    const startedAt = Date.now();
    let took = -1;
    const sending = sender.send(NEWS, deliveries).then((outcomes) => {
      took = Date.now() - startedAt;
      return outcomes;
    });
    await vi.advanceTimersByTimeAsync(20 * SECOND);
    return { outcomes: await sending, took };
  }

  return {
    calls,
    attempts,
    slow,
    one,
    /** A window, as the fan-out sends one. */
    window: () => take(hundred.map((n) => ({ ...one(n), inWindow: true as const }))),
    /** One that stands in an exception row by now. */
    alone: (n: number) => take([{ ...one(n), attempt: 2 }]),
    take,
  };
}

const kinds = (outcomes: readonly Outcome[]) => ({
  sent: outcomes.filter(({ kind }) => kind === 'sent').length,
  others: outcomes.filter(({ kind }) => kind !== 'sent'),
});

describe('one slow endpoint in a hundred', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('holds up a window for five seconds once, and no window after that; it is told after the others', async () => {
    const hooks = hundredEndpoints();
    const first = await hooks.window();
    expect(first.took).toBe(5 * SECOND);
    expect(kinds(first.outcomes)).toEqual({ sent: 99, others: [{ kind: 'retry', cause: 'webhook.slow' }] });
    expect(hooks.slow.size).toBe(1);

    const second = await hooks.window();
    expect(second.took).toBe(QUICK_MS);
    expect(kinds(second.outcomes)).toEqual({
      sent: 99,
      others: [{ kind: 'backoff', cause: 'webhook.slow', scope: 'endpoint', afterMs: 5_000 }],
    });
    expect(hooks.calls).toHaveLength(199);

    const alone = await hooks.alone(SLOW);
    expect(alone).toMatchObject({ took: SLOW_MS, outcomes: [{ kind: 'sent' }] });
  });

  it('is not held to have failed for it, and is written down once', async () => {
    const hooks = hundredEndpoints();
    const { outcomes } = await hooks.window();
    expect(outcomes.filter((outcome) => 'strike' in outcome && outcome.strike !== undefined)).toEqual([]);
    expect(hooks.attempts).toMatchObject([{ cause: 'webhook.slow', told: false, attempt: 1 }]);
  });

  it('is one of the others again once it answers quickly', async () => {
    const hooks = hundredEndpoints();
    const quick = hooks.one(1);
    hooks.slow.set(quick.recipient.h, 1);
    await hooks.alone(1);
    expect(hooks.slow.size).toBe(0);
  });
});

describe('a slow endpoint', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('gets one call at a time, and nobody waits longer because one was in vain', async () => {
    const ended: { readonly inVain: boolean }[] = [];
    let taken = 0;
    const takeTurn = async (): Promise<Turn> =>
      ++taken > 1
        ? { kind: 'wait', afterMs: 7 * SECOND }
        : { kind: 'call', end: async (call) => void ended.push(call) };
    const hooks = hundredEndpoints({ takeTurn });
    const { recipient } = hooks.one(SLOW);
    hooks.slow.set(recipient.h, 1);
    const { outcomes, took } = await hooks.take(Array.from({ length: 3 }, () => hooks.one(SLOW)));
    const waits = { kind: 'backoff', cause: 'webhook.slow', scope: 'endpoint', afterMs: 7_000 };
    expect(outcomes).toMatchObject([{ kind: 'sent' }, waits, waits]);
    expect(took).toBe(SLOW_MS);
    expect(hooks.calls).toHaveLength(1);
    expect(ended).toEqual([{ inVain: false }]);
    expect(hooks.attempts).toEqual([]);
  });
});

describe('one endpoint', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('gets two calls at a time; the others come back without having cost an attempt', async () => {
    const hooks = hundredEndpoints();
    const { outcomes } = await hooks.take(Array.from({ length: 10 }, () => hooks.one(7)));
    expect(hooks.calls).toHaveLength(2);
    expect(kinds(outcomes).sent).toBe(2);
    for (const other of kinds(outcomes).others) {
      expect(other).toEqual({ kind: 'backoff', cause: 'webhook.busy', scope: 'endpoint', afterMs: 5_000 });
    }
  });
});

describe('an endpoint that keeps failing', () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());

  const strikes: Strikes = {
    rule: 'webhook.failing',
    cause: 'webhook.refused',
    since: 0,
    lastAt: 0,
    failures: FAILING_AFTER,
    about: ['u1'],
  };
  const FAILED = { inVain: true };
  let endpoints = 0;

  function turns() {
    const clock = virtualClock(++endpoints);
    const taking = endpointTurns({ marks: pauseStore(tables.client, tables.names.deliveries), clock });
    const endpoint = { page: 'batch', h: String(endpoints).padStart(24, '0') };
    return { clock, take: () => taking(endpoint) };
  }
  const calling = (all: readonly Turn[]) => all.filter((turn) => turn.kind === 'call');

  it('gets one call at a time, of all processes and updates together; the others wait behind it', async () => {
    const { clock, take } = turns();
    const all = await Promise.all(Array.from({ length: 50 }, take));
    expect(calling(all)).toHaveLength(1);
    await calling(all)[0]?.end(FAILED);
    for (const [failures, waitMs] of [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 2 * HOUR].entries()) {
      const early = await take();
      expect(early, `after ${failures + 1}`).toMatchObject({ kind: 'wait' });
      clock.advance(waitMs);
      const next = await Promise.all(Array.from({ length: 5 }, take));
      expect(calling(next), `after ${failures + 1}`).toHaveLength(1);
      await calling(next)[0]?.end(FAILED);
    }
  });

  it('is called without turns again as soon as one call succeeds', async () => {
    const { take } = turns();
    const [first] = calling([await take()]);
    await first?.end({ inVain: false });
    expect((await take()).kind).toBe('call');
  });

  it('does not wait for ever for a caller that died', async () => {
    const { clock, take } = turns();
    expect((await take()).kind).toBe('call');
    clock.advance(24 * SECOND);
    expect((await take()).kind).toBe('wait');
    clock.advance(SECOND);
    expect((await take()).kind).toBe('call');
  });

  it('leaves its window at once, without a call and without an attempt', async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const hooks = hundredEndpoints({ takeTurn: async () => ({ kind: 'wait', afterMs: MINUTE }) });
    const failing = hooks.one(3, { strikes });
    const { outcomes, took } = await hooks.take([{ ...failing, inWindow: true }, failing]);
    vi.useRealTimers();
    expect(outcomes).toMatchObject([
      { kind: 'backoff', cause: 'webhook.failing', afterMs: 5_000 },
      { kind: 'backoff', cause: 'webhook.failing', afterMs: MINUTE },
    ]);
    expect({ took, calls: hooks.calls }).toEqual({ took: 0, calls: [] });
  });
});
