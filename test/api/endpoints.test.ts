import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { signedHeaders } from '../../shared/channels/webhook/signed-headers.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import { DAY, SECOND } from '../../shared/domain/time.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi, WEBHOOK_KEY } from './api.ts';
import { freshPage } from './fresh-page.ts';

let tables: TestTables;
let api: Api;
let page: string;
let base: string;
let first: string;
let h: string;

beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());
beforeEach(async () => {
  page = await freshPage(api);
  const added = await send('POST', 'subscribers', {
    channel: 'webhook',
    url: `https://${page}.example.com/in`,
  });
  ({ id: h, secret: first } = added.body);
  base = `subscribers/${h}`;
  api.confirmations.length = 0;
  api.delays.length = 0;
});
afterEach(() => vi.useRealTimers());

/** What the answers looked at here hold. */
interface Shown {
  readonly id: string;
  readonly secret: string;
  readonly old_secret_until: string;
}

async function send(method: string, path: string, body?: unknown) {
  const answer = await api.request(method, `/v1/pages/${page}/${path}`, body === undefined ? {} : { body });
  const shown = (await answer.json()) as Shown; // what it holds is what is tested
  return { status: answer.status, body: shown };
}

async function row(): Promise<Subscriber> {
  const found = await api.subscribers.get(page, 'webhook', h);
  if (found === undefined) throw new Error('Expected the endpoint to be there, got none');
  return found;
}

/** Whether a receiver with this secret takes a call that is made now, by the two packages that people use. */
async function isTaken(secret: string): Promise<boolean> {
  const now = api.clock.now();
  // The packages ask the clock of the process how old a call is.
  vi.useFakeTimers({ now, toFake: ['Date'] });
  const body = Buffer.from('{"type":"incident.created"}');
  const headers = signedHeaders(createEndpointSecrets(WEBHOOK_KEY).of(await row(), now), 'msg_1', body, now);
  const taken = [new Webhook(secret), new SvixWebhook(secret)].map((receiver) => {
    try {
      receiver.verify(body.toString(), { ...headers });
      return true;
    } catch {
      return false;
    }
  });
  vi.useRealTimers();
  expect(taken[0]).toBe(taken[1]);
  return taken[0] === true;
}

describe('a secret that is replaced', () => {
  it('is taken before, and beside the new one for a day; then the new one alone, though nobody writes anything', async () => {
    expect(await isTaken(first)).toBe(true);
    const { status, body } = await send('POST', `${base}/rotate_secret`);
    expect(status).toBe(200);
    expect(Date.parse(body.old_secret_until)).toBe(api.clock.now() + DAY);
    const second: string = body.secret;
    expect(second).not.toBe(first);
    expect([await isTaken(first), await isTaken(second)]).toEqual([true, true]);
    api.clock.advance(DAY - SECOND);
    expect([await isTaken(first), await isTaken(second)]).toEqual([true, true]);
    const before = await row();
    api.clock.advance(SECOND);
    expect([await isTaken(first), await isTaken(second)]).toEqual([false, true]);
    expect(await row()).toEqual(before);
  });

  it('is not replaced again while the one before it still signs', async () => {
    await send('POST', `${base}/rotate_secret`);
    const again = await send('POST', `${base}/rotate_secret`);
    expect(again).toMatchObject({ status: 422, body: { code: 'wrong-state' } });
    api.clock.advance(DAY);
    expect((await send('POST', `${base}/rotate_secret`)).status).toBe(200);
    expect(await row()).toMatchObject({ secretVersions: [3], retiringSecret: { version: 2 } });
  });

  it('is replaced once when two ask at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => send('POST', `${base}/rotate_secret`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    expect((await row()).secretVersions).toEqual([2]);
  });

  it('is in no table', async () => {
    const { body } = await send('POST', `${base}/rotate_secret`);
    const stored = JSON.stringify(await api.everything());
    for (const secret of [first, body.secret]) expect(stored).not.toContain(secret.slice('whsec_'.length));
  });
});

it('an endpoint signs by key pair as well for who wants it', async () => {
  const { body } = await send('POST', `${base}/key_pair`, { on: true });
  expect(body).toMatchObject({ on: true, public_key: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/) });
  expect(await row()).toMatchObject({ signsByKeyPair: true });
  await send('POST', `${base}/key_pair`, { on: false });
  expect(await row()).not.toHaveProperty('signsByKeyPair');
});

it('a test and an update sent again are asked for in the queue, some of them an hour', async () => {
  const name = { page, channel: 'webhook', h };
  expect(await send('POST', `${base}/test`)).toEqual({ status: 202, body: { asked: 1 } });
  expect(await send('POST', `${base}/resend`, { update: 'u1' })).toEqual({ status: 202, body: { asked: 1 } });
  expect(api.confirmations).toEqual([
    { kind: 'test', ...name },
    { kind: 'resend', update: 'u1', ...name },
  ]);
  for (let n = 0; n < 9; n++) await send('POST', `${base}/test`);
  const refused = await api.request('POST', `/v1/pages/${page}/${base}/test`);
  expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'too-often' }]);
  api.clock.advance(Number(refused.headers.get('retry-after')) * SECOND);
  expect((await send('POST', `${base}/test`)).status).toBe(202);
});

it('the log shows the newest fifty calls, newest first, and nothing of what was answered', async () => {
  const attempts = attemptStore(tables.client, tables.names.deliveries);
  const from = api.clock.now();
  for (let n = 0; n < 52; n++) {
    await attempts.put({
      page,
      h,
      at: from + n,
      update: `u${n}`,
      attempt: 1,
      told: false,
      cause: 'webhook.http_500',
      status: 500,
      durationMs: 3,
      excerpt: 'for the owner alone',
    });
  }
  const { body } = await send('GET', `${base}/attempts`);
  expect(body).toHaveLength(50);
  expect(body).toHaveProperty('0', {
    at: new Date(from + 51).toISOString(),
    update: 'u51',
    attempt: 1,
    asked: false,
    told: false,
    status: 500,
    cause: 'webhook.http_500',
    duration_ms: 3,
  });
  expect(JSON.stringify(body)).not.toContain('for the owner alone');
});

it('somebody who is no endpoint, and an endpoint that is not used, are refused in words', async () => {
  const { id } = (await send('POST', 'subscribers', { channel: 'email', email: `${page}@example.com` })).body;
  expect(await send('POST', `subscribers/${id}/test`)).toMatchObject({
    status: 422,
    body: { detail: 'Expected a webhook, got a subscriber by email' },
  });
  await api.subscribers.quarantine(page, 'webhook', h, 'webhook.gone', api.clock.now());
  expect(await send('POST', `${base}/rotate_secret`)).toMatchObject({
    status: 422,
    body: { code: 'wrong-state' },
  });
  expect((await send('POST', `${base}/test`)).status).toBe(202);
});

describe('the format of an endpoint that the operator adds', () => {
  it.each([
    [{ url: 'https://a.example.com/', format: 'statuspage' }, 'statuspage'],
    [{ url: 'https://discord.com/api/webhooks/1/x' }, 'discord'],
    [{ url: 'https://b.example.com/' }, undefined],
  ])('%o is %s', async (body, format) => {
    const { id } = (await send('POST', 'subscribers', { channel: 'webhook', ...body })).body;
    expect((await api.subscribers.get(page, 'webhook', id))?.format).toBe(format);
  });

  it('stays when it is added again without one, and changes with one', async () => {
    const again = (format?: string) =>
      send('POST', 'subscribers', {
        channel: 'webhook',
        url: `https://${page}.example.com/in`,
        ...(format && { format }),
      });
    await again('cloudevents');
    await again();
    expect((await row()).format).toBe('cloudevents');
    await again('standard');
    expect((await row()).format).toBe('standard');
  });

  it('is refused when there is none such, or when it does not fit the address', async () => {
    for (const format of ['morse', 'discord']) {
      const answer = await send('POST', 'subscribers', {
        channel: 'webhook',
        url: 'https://c.example.com/',
        format,
      });
      expect(answer.status, format).toBe(422);
    }
  });
});
