import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../../local/providers/faults.ts';
import { type Providers, startProviders } from '../../../local/providers/start-providers.ts';
import { createWebhookSender } from '../../../shared/channels/webhook/create-webhook-sender.ts';
import { createEndpointSecrets, endpointSecret } from '../../../shared/channels/webhook/endpoint-secrets.ts';
import { createPostJson } from '../../../shared/channels/webhook/post-json.ts';
import { createSubscriberLinks } from '../../../shared/subscriptions/links.ts';
import { delivery } from '../deliveries.ts';
import { seedAnnouncement } from '../seed.ts';

const MASTER = 'm'.repeat(43);
const NEWS = seedAnnouncement(5);
const DEADLINE_MS = 500;

let providers: Providers;
beforeAll(async () => {
  providers = await startProviders();
});
afterAll(() => providers.stop());

const sender = createWebhookSender({
  post: createPostJson({ privateTargets: 'allow', deadlineMs: DEADLINE_MS, connectMs: 400 }),
  signer: createEndpointSecrets(MASTER),
  links: createSubscriberLinks({ publicUrl: 'https://api.example', linkKey: 'k'.repeat(40) }),
  now: () => Date.now(),
  userAgent: 'incident-fanout/test',
  origin: 'api.example',
  readEarlier: async () => [],
});

let endpoints = 0;

/** Calls an endpoint that no other test calls, which suffers this once; then calls it again, as the schedule would. */
async function suffer(fault: Omit<Fault, 'channel' | 'to'>) {
  const n = ++endpoints;
  const url = `${providers.urls.webhook}/e/${n}`;
  const first = delivery<'webhook'>({ channel: 'webhook', url }, { n });
  providers.registerWebhook(url, endpointSecret(MASTER, 'batch', first.recipient.h, 1));
  providers.script({ channel: 'webhook', to: url, ...fault });
  const [outcome] = await sender.send(NEWS, [first]);
  const taken = () => providers.messages().filter(({ to }) => to === url);
  const before = taken().length;
  const [again] = await sender.send(NEWS, [{ ...first, attempt: 2 }]);
  return { outcome, before, again, taken: taken() };
}

/** Fault of the receiver, what it means, and how often the receiver has the update by then. */
const TABLE: readonly (readonly [string, Omit<Fault, 'channel' | 'to'>, object, number])[] = [
  ['status 500', { status: 500 }, { kind: 'retry', cause: 'webhook.http_500' }, 0],
  [
    'status 500 after it took the call',
    { status: 500, processed: true },
    { kind: 'retry', cause: 'webhook.http_500' },
    1,
  ],
  ['status 408', { status: 408 }, { kind: 'retry', cause: 'webhook.http_408' }, 0],
  ['status 404', { status: 404 }, { kind: 'retry', cause: 'webhook.http_404', lasting: true }, 0],
  ['status 502', { status: 502 }, { kind: 'retry', cause: 'webhook.http_502', afterMs: 60_000 }, 0],
  [
    'status 429 without Retry-After',
    { status: 429 },
    { kind: 'retry', cause: 'webhook.http_429', afterMs: 60_000 },
    0,
  ],
  [
    'status 429 with Retry-After',
    { status: 429, retryAfterSeconds: 90 },
    { kind: 'retry', afterMs: 90_000 },
    0,
  ],
  ['a Retry-After of a second', { status: 503, retryAfterSeconds: 1 }, { kind: 'retry', afterMs: 5_000 }, 0],
  [
    'a Retry-After of a week',
    { status: 503, retryAfterSeconds: 604_800 },
    { kind: 'retry', afterMs: 7_200_000 },
    0,
  ],
  [
    'a redirect',
    { status: 308, headers: { location: 'https://elsewhere.example/' } },
    { kind: 'retry', cause: 'webhook.redirect_not_followed' },
    0,
  ],
  ['status 410', { status: 410 }, { kind: 'quarantine', cause: 'webhook.gone', scope: 'endpoint' }, 0],
  [
    '200 with webhook-delivery: disable',
    { status: 200, headers: { 'webhook-delivery': 'disable' } },
    { kind: 'quarantine', cause: 'webhook.disabled_by_receiver' },
    0,
  ],
  [
    '500 with webhook-delivery: abort-message',
    { status: 500, headers: { 'webhook-delivery': 'abort-message' } },
    { kind: 'drop', cause: 'webhook.aborted_by_receiver' },
    0,
  ],
  ['latency below the deadline', { delayMs: DEADLINE_MS / 5 }, { kind: 'sent' }, 1],
  [
    'latency beyond the deadline',
    { delayMs: DEADLINE_MS * 3 },
    { kind: 'retry', cause: 'webhook.timeout', afterMs: 60_000 },
    1,
  ],
  [
    'a connection dropped before it took the call',
    { drop: 'before' },
    { kind: 'retry', cause: 'webhook.reset' },
    0,
  ],
  [
    'a connection dropped after it took the call',
    { drop: 'after' },
    { kind: 'retry', cause: 'webhook.reset' },
    1,
  ],
];

describe('a receiver, through real sockets', () => {
  it.each(TABLE)('%s', async (_, fault, means, takenBefore) => {
    const { outcome, before, again, taken } = await suffer(fault);
    expect(outcome).toMatchObject(means);
    expect(before).toBe(takenBefore);
    // Called again it takes the call, and where it had it before, it knows it by its id.
    expect(again).toMatchObject({ kind: 'sent' });
    expect(taken).toHaveLength(takenBefore + 1);
    expect(new Set(taken.map(({ providerId }) => providerId)).size).toBe(1);
    expect(taken.at(-1)).toMatchObject({ signature: 'verified', repeat: takenBefore > 0 });
  });
});
