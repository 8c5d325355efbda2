import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSubscriberLinks } from '../../shared/subscriptions/links.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi, LINK_KEY, PUBLIC_URL } from './api.ts';
import { SUBSCRIBERS } from './bodies.ts';
import { freshPage } from './fresh-page.ts';
import { changingNothing } from './problems.ts';

let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

const links = createSubscriberLinks({ publicUrl: PUBLIC_URL, linkKey: LINK_KEY });

async function aSubscriber() {
  const page = await freshPage(api);
  const answer = await api.request('POST', `/v1/pages/${page}/subscribers`, { body: SUBSCRIBERS.email });
  const { id: h } = (await answer.json()) as { id: string }; // shape: operate.test.ts
  const target = { page, channel: 'email', h } as const;
  return {
    unsubscribe: new URL(links.unsubscribe(target)).pathname,
    manage: new URL(links.manage(target)).pathname,
    state: async () => (await api.subscribers.get(page, 'email', h))?.state,
  };
}

const ONE_CLICK = {
  body: 'List-Unsubscribe=One-Click',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  key: null,
};
const open = (method: string, path: string) => api.request(method, path, { key: null });
/** Past the gateway, which routes neither HEAD nor OPTIONS. */
const direct = async (method: string, path: string) =>
  api.apps.subscriptions?.request(`${PUBLIC_URL}${path}`, { method });

describe('an unsubscribe link', () => {
  it('ends the subscription by a one-click POST, with no cookie and no redirect', async () => {
    const { unsubscribe, state } = await aSubscriber();
    const logged = api.log.length;
    const answer = await api.request('POST', unsubscribe, ONE_CLICK);
    expect(api.log.slice(logged).map(({ event }) => event)).toEqual(['subscription.ended']);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await state()).toBe('unsubscribed');
  });

  it('works although the POST has no body', async () => {
    const { unsubscribe, state } = await aSubscriber();
    expect((await open('POST', unsubscribe)).status).toBe(200);
    expect(await state()).toBe('unsubscribed');
  });

  it('that was used answers 200 again', async () => {
    const { unsubscribe, state } = await aSubscriber();
    await api.request('POST', unsubscribe, ONE_CLICK);
    expect((await api.request('POST', unsubscribe, ONE_CLICK)).status).toBe(200);
    expect(await state()).toBe('unsubscribed');
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PROPFIND'])(
    'changes nothing by %s',
    async (method) => {
      const { unsubscribe, manage, state } = await aSubscriber();
      await changingNothing(api, () => direct(method, unsubscribe));
      await changingNothing(api, () => direct(method, manage));
      expect(await state()).toBe('active');
    },
  );

  it('opened shows a button that posts to it, and that nobody may keep or frame', async () => {
    const { unsubscribe } = await aSubscriber();
    const answer = await open('GET', unsubscribe);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(`<form method="post" action="${unsubscribe}">`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it.each(['x', 'v1.a.b.c', '%00', '%E0%A4%A', 'a'.repeat(5_000), '__proto__', 'v1...'])(
    'that nobody wrote (%.20s) answers a POST with 200 and changes nothing',
    async (token) => {
      const answer = await changingNothing(api, () => api.request('POST', `/u/${token}`, ONE_CLICK));
      expect(answer.status).toBe(200);
      expect((await open('GET', `/u/${token}`)).status).toBe(404);
    },
  );

  it('of somebody who is not there answers 200 and makes no row', async () => {
    const path = new URL(links.unsubscribe({ page: 'nowhere', channel: 'sms', h: 'f'.repeat(24) })).pathname;
    expect((await changingNothing(api, () => api.request('POST', path, ONE_CLICK))).status).toBe(200);
  });

  it('with one character changed is worth nothing', async () => {
    const { unsubscribe, state } = await aSubscriber();
    const last = unsubscribe.endsWith('A') ? 'B' : 'A';
    await api.request('POST', `${unsubscribe.slice(0, -1)}${last}`, ONE_CLICK);
    expect(await state()).toBe('active');
  });
});

describe('a manage link', () => {
  it('shows nothing of the subscription: it sends a link to the address itself', async () => {
    const { manage, state } = await aSubscriber();
    const answer = await open('GET', manage);
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain(`<form method="post" action="${manage}">`);
    expect(html.toLowerCase()).not.toContain('ada@');
    expect(await state()).toBe('active');
  });

  it('cannot unsubscribe', async () => {
    const { manage, state } = await aSubscriber();
    const answer = await changingNothing(api, () =>
      api.request('POST', manage.replace('/m/', '/u/'), ONE_CLICK),
    );
    expect(answer.status).toBe(200);
    expect(await state()).toBe('active');
  });

  it('is not made of an unsubscribe link', async () => {
    const { unsubscribe } = await aSubscriber();
    expect((await open('GET', unsubscribe.replace('/u/', '/m/'))).status).toBe(404);
  });
});
