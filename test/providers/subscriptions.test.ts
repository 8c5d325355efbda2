import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';

let providers: Providers;
beforeEach(async () => {
  providers = await startProviders();
});
afterEach(() => providers.stop());

const BACK = 'https://notify.acme.com/slack/oauth';

async function authorize(): Promise<URL> {
  const url = new URL('/oauth/v2/authorize', providers.urls.slack);
  const { clientId } = providers.credentials.slack;
  url.search = new URLSearchParams({
    client_id: clientId,
    scope: 'chat:write',
    redirect_uri: BACK,
    state: 's1',
  }).toString();
  const response = await fetch(url, { redirect: 'manual' });
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location') ?? '');
}

async function exchange(code: string, secret = providers.credentials.slack.clientSecret): Promise<unknown> {
  const basic = Buffer.from(`${providers.credentials.slack.clientId}:${secret}`).toString('base64');
  const response = await fetch(new URL('oauth.v2.access', providers.urls.slack), {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ code, redirect_uri: BACK }),
  });
  return response.json();
}

test('somebody who installs the Slack app is sent back with a code that is good for one token', async () => {
  const back = await authorize();
  expect(back.href).toMatch(`${BACK}?`);
  expect(back.searchParams.get('state')).toBe('s1');
  const code = back.searchParams.get('code') ?? '';
  const granted = await exchange(code);
  expect(granted).toMatchObject({ ok: true, token_type: 'bot', scope: 'chat:write' });
  expect(await exchange(code)).toEqual({ ok: false, error: 'invalid_code' });

  const { access_token: token } = granted as { access_token: string }; // matched above
  const asked = await fetch(new URL('auth.test', providers.urls.slack), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await asked.json()).toMatchObject({ ok: true, team_id: 'T0INSTALL1' });
});

test('a wrong client secret gets no token', async () => {
  const code = (await authorize()).searchParams.get('code') ?? '';
  expect(await exchange(code, 'wrong')).toEqual({ ok: false, error: 'bad_client_secret' });
});

test('an answer to a command is in the inbox, under its conversation', async () => {
  const url = new URL('/commands/T0LOCAL01/C0STATUS01/1', providers.urls.slack);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', text: 'Subscribed' }),
  });
  expect(response.status).toBe(200);
  expect(providers.messages()).toMatchObject([
    { to: 'T0LOCAL01/C0STATUS01', text: 'Subscribed', update: '' },
  ]);
  const inbox = await providers.handle(new Request('http://x/_local/inbox?update=(none)'));
  expect(await inbox?.text()).toContain('Confirmations and links');
});

test('an endpoint echoes a challenge, and takes calls unchecked until its secret is told', async () => {
  const url = `${providers.urls.webhook}/e/new`;
  const call = (body: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(body) });
  expect((await call({ type: 'incident.updated' })).status).toBe(401);
  const echoed = await call({ type: 'endpoint.verify', data: { challenge: 'c1' } });
  expect(await echoed.json()).toEqual({ challenge: 'c1' });
  expect((await call({ type: 'incident.updated' })).status).toBe(204);
  expect(providers.messages()).toMatchObject([{ signature: 'unchecked' }, { signature: 'unchecked' }]);

  providers.registerWebhook(url, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  expect((await call({ type: 'endpoint.verify', data: { challenge: 'c2' } })).status).toBe(401);
});
