import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let providers: Providers;
let url: string;
beforeEach(async () => {
  providers = await startProviders();
  url = `${providers.urls.webhook}/e/1?from=acme`;
  providers.registerWebhook(url, SECRET);
});
afterEach(() => providers.stop());

const payload = (update: string) =>
  JSON.stringify({
    type: 'incident.updated',
    data: { update: { id: update, status: 'resolved', body: 'Fixed' } },
  });

function call(
  id: string,
  change: { secret?: string; to?: string; body?: string; at?: Date } = {},
): Promise<Response> {
  const body = change.body ?? payload('upd-1');
  const at = change.at ?? new Date();
  return fetch(change.to ?? url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(change.secret ?? SECRET).sign(id, at, body),
    },
  });
}

test('a verified call is accepted, a repeat of its id is marked', async () => {
  expect((await call('msg_1')).status).toBe(204);
  expect((await call('msg_1')).status).toBe(204);
  const line = { at: expect.any(String), channel: 'webhook', to: url, update: 'upd-1', providerId: 'msg_1' };
  expect(providers.accepted('upd-1')).toEqual([line, line]);
  expect(providers.messages()).toMatchObject([
    { repeat: false, signature: 'verified', text: payload('upd-1'), body: { type: 'incident.updated' } },
    { repeat: true },
  ]);
});

const wrong: [string, Parameters<typeof call>[1], string][] = [
  ['another secret', { secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl' }, 'No matching signature'],
  ['a stale timestamp', { at: new Date(Date.now() - 600_000) }, 'too old'],
];

test.each(wrong)('%s is refused with 401', async (_, change, reason) => {
  expect((await call('msg_1', change)).status).toBe(401);
  expect(providers.accepted()).toEqual([]);
  expect(providers.refused()).toMatchObject([
    { to: url, code: '401', reason: expect.stringContaining(reason) },
  ]);
});

test('an endpoint without a secret and a call without headers are refused', async () => {
  expect((await call('msg_1', { to: `${providers.urls.webhook}/e/2` })).status).toBe(401);
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  expect(providers.refused()).toHaveLength(2);
  expect(() => providers.registerWebhook('http://127.0.0.1:1/x', SECRET)).toThrow('Expected an address of');
});

test('the update is found in the Statuspage shape too', async () => {
  await call('msg_1', { body: JSON.stringify({ incident: { incident_updates: [{ id: 'upd-9' }] } }) });
  expect(providers.accepted('upd-9')).toHaveLength(1);
});

test('scripted faults by path', async () => {
  providers.script({ channel: 'webhook', to: '/e/1?from=acme', status: 503, retryAfterSeconds: 7, times: 2 });
  providers.script({ channel: 'webhook', drop: 'after' });
  for (const _ of [1, 2]) {
    const answer = await call('msg_1');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
  }
  expect(providers.accepted()).toEqual([]);
  await expect(call('msg_1')).rejects.toThrow();
  expect(providers.accepted()).toHaveLength(1);
  expect((await call('msg_1')).status).toBe(204);
});

test('a slow answer comes after acceptance', async () => {
  providers.script({ channel: 'webhook', delayMs: 200 });
  const answer = call('msg_1');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(providers.accepted()).toHaveLength(1);
  expect((await answer).status).toBe(204);
});
