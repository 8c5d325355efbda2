import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';
import { type Answer, httpServer, type Seen } from '../channels/http-server.ts';

const CHANNEL = 'C0INCIDENTS';

let providers: Providers;
let answer: Answer = { body: { text: 'Hello' } };
let app: Awaited<ReturnType<typeof httpServer>>;
beforeEach(async () => {
  answer = { body: { text: 'Hello' } };
  app = await httpServer(() => answer);
  providers = await startProviders({ slack: { scopes: 'chat:write' } });
});
afterEach(() => providers.stop());

const PICKER = [
  {
    type: 'input',
    block_id: 'components',
    label: { type: 'plain_text', text: 'Components' },
    element: {
      type: 'multi_static_select',
      action_id: 'chosen',
      option_groups: [
        {
          label: { type: 'plain_text', text: 'APIs' },
          options: [{ text: { type: 'plain_text', text: 'Push <API>' }, value: 'c:push' }],
        },
      ],
    },
  },
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: 'subscribe-chosen',
        text: { type: 'plain_text', text: 'These' },
        value: 'demo',
      },
    ],
  },
];

async function submit(path: string, fields: Record<string, string>, site = 'same-origin') {
  const response = await providers.handle(
    new Request(`${app.url}/_local/slack/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': site },
      body: new URLSearchParams(fields).toString(),
    }),
  );
  if (response === undefined) throw new Error('expected an answer');
  return response;
}

async function look(): Promise<string> {
  const response = await providers.handle(new Request(`${app.url}/_local/slack?channel=${CHANNEL}`));
  return (await response?.text()) ?? '';
}

const sent = ({ body }: Seen) => Object.fromEntries(new URLSearchParams(body));

test('a command reaches the app as Slack sends it, and its answer is shown', async () => {
  const response = await submit('command', { channel: CHANNEL, text: 'list <b>' });
  expect([response.status, response.headers.get('location')]).toEqual([
    303,
    `/_local/slack?channel=${CHANNEL}`,
  ]);
  const [seen] = app.seen;
  expect(seen?.path).toBe('/slack/commands');
  expect(seen && sent(seen)).toMatchObject({
    command: '/status',
    text: 'list <b>',
    team_id: 'T0INSTALL1',
    channel_id: CHANNEL,
  });
  const timestamp = seen?.headers['x-slack-request-timestamp'];
  const mac = createHmac('sha256', providers.credentials.slack.signingSecret)
    .update(`v0:${timestamp}:${seen?.body}`)
    .digest('hex');
  expect(seen?.headers['x-slack-signature']).toBe(`v0=${mac}`);
  const page = await look();
  expect(page).toContain('Hello');
  expect(page).toContain('/status list &lt;b&gt;');
});

test('a picker can be used, and what the app answers later stands in its place', async () => {
  answer = { body: { text: 'What?', blocks: PICKER } };
  await submit('command', { channel: CHANNEL, text: 'subscribe' });
  const page = await look();
  expect(page).toContain('Push &lt;API&gt;');
  const whisper = /name="whisper" value="(\w+)"/.exec(page)?.[1] ?? '';
  const pressed = /name="pressed" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const chooser = /name="chooser" value="([^"]+)"/.exec(page)?.[1] ?? '';
  await submit('click', { whisper, pressed, chooser, chosen: 'c:push' });

  const click = app.seen[1];
  expect(click?.path).toBe('/slack/interactions');
  const payload = JSON.parse((click && sent(click)['payload']) ?? '');
  expect(payload).toMatchObject({
    type: 'block_actions',
    channel: { id: CHANNEL },
    actions: [{ action_id: 'subscribe-chosen', value: 'demo' }],
    state: { values: { components: { chosen: { selected_options: [{ value: 'c:push' }] } } } },
  });
  await fetch(payload.response_url, { method: 'POST', body: '{"text":"Done"}', headers: JSON_TYPE });
  const after = await look();
  expect(after).toContain('Done');
  expect(after).not.toContain('Push &lt;API&gt;');
});

const JSON_TYPE = { 'content-type': 'application/json' };

test('an archived channel takes nothing until it is unarchived, and the app is told of both', async () => {
  answer = { status: 200 };
  const post = async () => {
    const begun = await fetch(
      new URL(
        `/oauth/v2/authorize?client_id=${providers.credentials.slack.clientId}&scope=chat:write&redirect_uri=${app.url}`,
        providers.urls.slack,
      ),
      { redirect: 'manual' },
    );
    const code = new URL(begun.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const { clientId, clientSecret } = providers.credentials.slack;
    const access = await fetch(new URL('oauth.v2.access', providers.urls.slack), {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ code, redirect_uri: app.url }),
    });
    const { access_token: token } = (await access.json()) as { access_token: string };
    const posted = await fetch(new URL('chat.postMessage', providers.urls.slack), {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: `Bearer ${token}` },
      body: JSON.stringify({ channel: CHANNEL, text: 'x' }),
    });
    return ((await posted.json()) as { error?: string }).error;
  };
  await submit('happen', { channel: CHANNEL, happening: 'archive' });
  expect(await post()).toBe('is_archived');
  await submit('happen', { channel: CHANNEL, happening: 'unarchive' });
  expect(await post()).toBeUndefined();
  const events = app.seen.map(({ body }) => JSON.parse(body).event.type);
  expect(events).toEqual(['channel_archive', 'channel_unarchive']);
});

test.each([
  ['another site', 'command', { channel: CHANNEL, text: 'x' }, 'cross-site', 403],
  ['a channel that is none', 'command', { channel: '../x', text: 'x' }, 'same-origin', 400],
  [
    'something that cannot happen',
    'happen',
    { channel: CHANNEL, happening: 'constructor' },
    'same-origin',
    400,
  ],
  ['an answer that is not there', 'click', { whisper: 'x', pressed: '- a button b' }, 'same-origin', 404],
  ['a form that is not there', 'else', {}, 'same-origin', 404],
])('%s is refused', async (_, path, fields, site, status) => {
  expect((await submit(path, fields, site)).status).toBe(status);
  expect(app.seen).toEqual([]);
});

test('a person with a browser is asked before the app is let in, and may refuse', async () => {
  const url = new URL(
    `/oauth/v2/authorize?client_id=${providers.credentials.slack.clientId}&scope=chat:write,commands&redirect_uri=${app.url}/slack/oauth&state=s%261`,
    providers.urls.slack,
  );
  const asked = await fetch(url, { headers: { accept: 'text/html' }, redirect: 'manual' });
  const page = await asked.text();
  expect(page).toContain('<li>commands</li>');
  const [allow = '', cancel = ''] = Array.from(
    page.matchAll(/href="(\/oauth[^"]+|http[^"]+)"/g),
    ([, href = '']) => href.replaceAll('&amp;', '&'),
  );
  expect(cancel).toBe(`${app.url}/slack/oauth?error=access_denied&state=s%261`);
  const allowed = await fetch(new URL(allow, url), { headers: { accept: 'text/html' }, redirect: 'manual' });
  expect(allowed.headers.get('location')).toMatch(/\/slack\/oauth\?code=\w+&state=s%261$/);
});
