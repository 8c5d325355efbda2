import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DAY, HOUR } from '../../shared/domain/time.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { openSite, type Site } from './site.ts';

let tables: TestTables;
let site: Site;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  site = await openSite(tables);
});

const ENDPOINT = { channel: 'webhook', url: 'https://hooks.example.com/in' } as const;

/** Presses a button of a manage page. Returns the page that follows, and its path. */
async function press(path: string, fields: Record<string, string>) {
  const answer = await site.post(path, fields);
  const location = answer.headers.get('location');
  if (location === null) return { path, status: answer.status, text: await answer.text() };
  expect(answer.status).toBe(303);
  const next = await site.get(location);
  return { path: location.split('?')[0] ?? '', status: next.status, text: await next.text() };
}

async function open(more = {}) {
  const endpoint = await site.add(ENDPOINT, { ownerEmail: 'owner@example.com', ...more });
  const path = `/manage/${await site.manageToken(endpoint)}`;
  return { endpoint, path };
}

const secretIn = (text: string) => /whsec_[A-Za-z0-9+/=]+/.exec(text)?.[0];

it('its owner replaces the secret: the new one is shown once, the old one signs for a day', async () => {
  const { path } = await open({ secretShownAt: site.clock.now() });
  const { text } = await press(path, { do: 'rotate' });
  expect(secretIn(text)).toBeDefined();
  expect(await site.row(ENDPOINT)).toMatchObject({
    secretVersions: [2],
    retiringSecret: { version: 1, until: site.clock.now() + DAY },
  });
  // The link is used up, and so nothing is shown again by loading the page again.
  expect((await press(path, { do: 'rotate' })).status).toBe(404);
  expect(secretIn((await press(path, { do: 'rotate' })).text)).toBeUndefined();
  const [next = ''] = /\/manage\/[\w.~-]+/.exec(text) ?? [];
  const again = await press(next, { do: 'rotate' });
  expect(secretIn(again.text)).toBeUndefined();
  expect(again.text).toContain('stops by itself');
});

it('its owner has it called again after it was given up, and then asks for what it missed', async () => {
  const endpoint = await site.add(ENDPOINT, { ownerEmail: 'owner@example.com' });
  const path = `/manage/${await site.manageToken(endpoint)}`;
  await site.quarantine(endpoint, 'webhook.gone');
  const given = site.clock.now();
  site.clock.advance(HOUR);
  const page = await (await site.get(path)).text();
  expect(page).toContain('is not called any more');
  expect(page).toContain('It answered 410 Gone');
  expect(page).toContain('There are none.');
  const revived = await press(path, { do: 'revive' });
  expect(revived.text).toContain('It is called again');
  expect(await site.row(ENDPOINT)).toMatchObject({
    state: 'active',
    outage: { from: given, until: site.clock.now() },
  });
  expect(await site.row(ENDPOINT)).not.toHaveProperty('quarantine');
  expect((await press(revived.path, { do: 'recover' })).text).toContain('It missed nothing');
});

it('its owner has a test sent, ten in an hour, and the link stays good', async () => {
  const { endpoint, path } = await open();
  for (let n = 0; n < 10; n++) expect((await press(path, { do: 'test' })).text).toContain('On its way');
  expect((await press(path, { do: 'test' })).text).toContain('try again later');
  const { page, channel, h } = endpoint;
  expect(site.rung).toEqual(Array.from({ length: 10 }, () => ({ kind: 'test', page, channel, h })));
});

it('its owner sees what came of the calls, what was answered as text, and sends one again', async () => {
  const { endpoint, path } = await open();
  const attempt = { page: site.page, h: endpoint.h, attempt: 2, told: false, durationMs: 12 };
  const attempts = attemptStore(tables.client, tables.names.deliveries);
  await attempts.put({
    ...attempt,
    at: site.clock.now(),
    update: 'u1',
    status: 500,
    cause: 'webhook.http_500',
    excerpt: '<b>no</b>',
  });
  const page = await (await site.get(path)).text();
  expect(page).toContain('It answered with status 500');
  expect(page).toContain('&lt;b&gt;no&lt;/b&gt;');
  // One button for the update, on its newest call.
  await attempts.put({
    ...attempt,
    attempt: 1,
    at: site.clock.now() + 1,
    update: 'u1',
    asked: true,
    told: true,
    status: 204,
  });
  const later = await (await site.get(path)).text();
  expect(later).toContain('update u1, on request, 12 ms');
  expect(later).toContain('update u1, attempt 2, 12 ms');
  expect(later.match(/Send again</g)).toHaveLength(1);
  await press(path, { do: 'resend', update: 'u1' });
  expect(site.rung).toMatchObject([{ kind: 'resend', update: 'u1', h: endpoint.h }]);
  await press(path, { do: 'resend', update: '../u1' });
  expect(site.rung).toHaveLength(1);
});

it('its owner has calls signed by key pair too, and sees the public key', async () => {
  const { path } = await open();
  const on = await press(path, { do: 'signByKeyPair' });
  expect(on.text).toMatch(/whpk_[A-Za-z0-9+/]{43}=/);
  expect(await site.row(ENDPOINT)).toMatchObject({ signsByKeyPair: true });
  await press(on.path, { do: 'signBySecret' });
  expect(await site.row(ENDPOINT)).not.toHaveProperty('signsByKeyPair');
});

it('is nobody else’s to act on: the buttons of an endpoint do nothing to an email address', async () => {
  const ann = await site.add({ channel: 'email', email: 'ann@example.com' });
  const path = `/manage/${await site.manageToken(ann)}`;
  for (const what of ['rotate', 'revive', 'test', 'recover', 'signByKeyPair']) {
    expect((await site.post(path, { do: what })).status, what).toBe(404);
  }
  expect(site.rung).toEqual([]);
});

it('of a chat, nothing is signed, and so there is no secret to show', async () => {
  const url = 'https://discord.com/api/webhooks/1/S3cr3t';
  const endpoint = await site.add({ channel: 'webhook', url }, { format: 'discord' });
  const page = await (await site.get(`/manage/${await site.manageToken(endpoint)}`)).text();
  expect(page).not.toMatch(/Signing secret|Public key/);
  expect(page).toContain('an endpoint at discord.com');
  expect(page).not.toContain('S3cr3t');
  expect(page).toContain('Send a test');
});
