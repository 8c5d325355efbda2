import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi } from './api.ts';
import { freshPage } from './fresh-page.ts';

/** Who has the address of a chat's webhook can post there: it is a credential, and shown like one. */
let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

const SECRET = 'S3cr3tOfTheChat';
const CHATS = [
  ['discord', `https://discord.com/api/webhooks/1/${SECRET}`, 'https://discord.com/•••'],
  [
    'google-chat',
    `https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=${SECRET}`,
    'https://chat.googleapis.com/•••',
  ],
  ['slack-webhook', `https://hooks.slack.com/services/T1/B1/${SECRET}`, 'https://hooks.slack.com/•••'],
  [
    'teams',
    `https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=${SECRET}`,
    'https://prod-1.westeurope.logic.azure.com/•••',
  ],
] as const;

it.each(CHATS)(
  'an address of %s is in no answer, log or queue, unless it is asked for',
  async (format, url, shown) => {
    const page = await freshPage(api);
    const answers: string[] = [];
    const ask = async (method: string, path: string, body?: unknown) => {
      const answer = await api.request(
        method,
        `/v1/pages/${page}${path}`,
        body === undefined ? {} : { body },
      );
      const text = await answer.text();
      answers.push(text);
      return text;
    };
    const subscriber = { endpoint: url, email: 'owner@example.com', skip_confirmation_notification: true };
    const added = JSON.parse(await ask('POST', '/subscribers', { subscriber }));
    expect(added).toMatchObject({ endpoint: shown, format, state: 'active' });
    const one = `/subscribers/${added.id}`;
    await ask('POST', '/subscribers', { channel: 'webhook', url });
    for (const query of ['', '?type=webhook', '?state=all&after=', `?q=${encodeURIComponent(url)}`]) {
      expect(JSON.parse(await ask('GET', `/subscribers${query}`))).toMatchObject([{ endpoint: shown }]);
    }
    await ask('GET', one);
    await ask('PATCH', one, {});
    await ask('POST', `${one}/test`);
    await ask('GET', `${one}/attempts`);
    await ask('POST', `${one}/resend_confirmation`);
    for (const address of ['owner@example.com', url]) await ask('POST', '/person', { address });
    await ask('POST', '/subscribers', { subscriber: { ...subscriber, component_ids: ['unknown'] } });
    await ask('POST', '/subscribers', { channel: 'webhook', url, format: 'cloudevents' });

    const whole = '/subscribers?addresses=whole';
    const answer = await api.request('GET', `/v1/pages/${page}${whole}`);
    expect(await answer.json()).toMatchObject([{ endpoint: url, format }]);

    await ask('DELETE', one);
    await ask('GET', '/subscribers/unsubscribed');
    await ask('POST', '/subscribers', { subscriber });
    expect(answers.join()).toContain(shown);
    for (const text of [...answers, JSON.stringify(api.log), JSON.stringify(api.confirmations)]) {
      expect(text).not.toContain(SECRET);
    }
  },
);

it('the address of any other endpoint is shown as it is: knowing it lets nobody in', async () => {
  const page = await freshPage(api);
  const url = 'https://hooks.example.com/in?for=us';
  await api.request('POST', `/v1/pages/${page}/subscribers`, { body: { channel: 'webhook', url } });
  const answer = await api.request('GET', `/v1/pages/${page}/subscribers`);
  expect(await answer.json()).toMatchObject([{ endpoint: url, format: 'standard' }]);
});
