import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi, OPERATOR_KEY } from '../api/api.ts';
import { UPDATE } from '../api/bodies.ts';
import { freshPage } from '../api/fresh-page.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { serve } from './http-app.ts';

/** A script as written for Statuspage: only its base address and its key are ours. */
let tables: TestTables;
let server: Awaited<ReturnType<typeof serve>>;
let api: ReturnType<typeof createApi>;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
  const { operate } = api.apps;
  if (operate === undefined) throw new Error('Expected an app for operate');
  server = await serve(operate);
});
afterAll(async () => {
  await server.stop();
  await tables.stop();
});

/** Members that the script goes on with. */
interface Shown {
  readonly id: string;
  readonly components: readonly string[];
  readonly sms: unknown;
}

const FIELDS = [
  'id',
  'skip_confirmation_notification',
  'mode',
  'email',
  'endpoint',
  'phone_number',
  'phone_country',
  'display_phone_number',
  'obfuscated_channel_name',
  'workspace_name',
  'quarantined_at',
  'purge_at',
  'components',
  'page_access_user_id',
  'created_at',
];

describe('a script written for Statuspage', () => {
  it('adds, finds, changes, counts and removes subscribers', async () => {
    const page = await freshPage(api);
    const headers = { Authorization: `OAuth ${OPERATOR_KEY}`, 'Content-Type': 'application/json' };
    const call = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${server.url}/v1/pages/${page}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Shown }; // judged member by member
    };

    const added = await call('POST', '/subscribers', {
      subscriber: {
        email: 'ada@example.com',
        skip_confirmation_notification: true,
        component_ids: ['push-api'],
      },
    });
    expect(added.status).toBe(201);
    expect(Object.keys(added.body)).toEqual(expect.arrayContaining(FIELDS));
    expect(added.body).toMatchObject({
      mode: 'email',
      email: 'ada@example.com',
      components: ['push-api'],
      skip_confirmation_notification: true,
    });

    const phone = await call('POST', '/subscribers', {
      subscriber: { phone_country: 'fr', phone_number: '06 12 34 56 78' },
    });
    expect(phone.body).toMatchObject({
      mode: 'sms',
      phone_country: 'FR',
      phone_number: '06 12 34 56 78',
      display_phone_number: '+33 6 12 34 56 78',
    });

    const hook = await call('POST', '/subscribers', {
      subscriber: {
        endpoint: 'https://hooks.example.com/in',
        email: 'owner@example.com',
        skip_confirmation_notification: true,
      },
    });
    expect(hook.body).toMatchObject({
      mode: 'webhook',
      endpoint: 'https://hooks.example.com/in',
      email: 'owner@example.com',
    });

    const list = await call('GET', '/subscribers');
    expect(list.body).toMatchObject([{ mode: 'email' }, { mode: 'webhook' }]);
    expect((await call('GET', '/subscribers?q=ADA&type=email')).body).toEqual([
      expect.objectContaining({ id: added.body.id }),
    ]);
    expect((await call('GET', '/subscribers?state=unconfirmed')).body).toEqual([
      expect.objectContaining({ id: phone.body.id }),
    ]);

    expect((await call('GET', `/subscribers/${added.body.id}`)).body.components).toEqual(['push-api']);
    expect(
      (await call('PATCH', `/subscribers/${added.body.id}`, { component_ids: ['dashboard'] })).body,
    ).toMatchObject({
      components: ['dashboard'],
    });
    expect((await call('PATCH', `/subscribers/${added.body.id}`, {})).body.components).toEqual([]);

    expect((await call('GET', '/subscribers/count?state=all')).body).toEqual({
      email: 1,
      sms: 1,
      webhook: 1,
      integration_partner: 0,
      slack: 0,
    });
    expect((await call('GET', '/subscribers/histogram_by_state')).body.sms).toEqual({
      active: 0,
      unconfirmed: 1,
      quarantined: 0,
      total: 1,
    });
    expect((await call('POST', `/subscribers/${phone.body.id}/resend_confirmation`)).status).toBe(201);

    expect((await call('DELETE', `/subscribers/${added.body.id}`)).status).toBe(200);
    expect((await call('GET', '/subscribers/unsubscribed')).body).toEqual([
      expect.objectContaining({ id: added.body.id }),
    ]);
    const wrong = await call('GET', '/subscribers/nobody');
    expect(wrong).toMatchObject({ status: 404, body: { message: expect.stringContaining('Expected') } });
  });

  it('may name the length of any list as its client does, and the plural that one client sends', async () => {
    const page = await freshPage(api);
    await api.request('POST', `/v1/pages/${page}/updates`, { body: UPDATE });
    const ids: string[] = [];
    for (const path of ['subscribers', 'subscribers', 'incidents/outage/subscribers']) {
      const subscriber = { email: `s${ids.length}@example.com`, skip_confirmation_notification: true };
      const answer = await api.request('POST', `/v1/pages/${page}/${path}`, { body: { subscriber } });
      ids.push(((await answer.json()) as Shown).id); // judged below
    }
    const [first = '', second = ''] = ids;
    const list = async (path: string) =>
      (await (await api.request('GET', `/v1/pages/${page}/${path}`)).json()) as readonly Shown[]; // judged next
    for (const name of ['limit', 'per_page']) {
      expect(await list(`subscribers?sort_direction=asc&page=0&${name}=2`)).toHaveLength(2);
      expect(await list(`incidents/outage/subscribers?page=0&${name}=1`)).toHaveLength(1);
      expect(await list(`subscribers/unsubscribed?page=0&${name}=1`)).toHaveLength(0);
    }
    for (const [id, query] of [
      [first, 'skip_unsubscription_notification=true'],
      [second, 'skip_unsubscription_notifications=False'],
    ]) {
      const ended = await api.request('DELETE', `/v1/pages/${page}/subscribers/${id}?${query}`);
      expect(ended.status).toBe(200);
    }
    expect(await list('subscribers/unsubscribed?per_page=100')).toHaveLength(2);
    expect((await api.request('GET', `/v1/pages/${page}/subscribers?per_page=101`)).status).toBe(400);
  });

  it('may post forms, as the examples of its documentation do', async () => {
    const page = await freshPage(api);
    const post = (path: string, body: string) =>
      fetch(`${server.url}/v1/pages/${page}${path}`, {
        method: 'POST',
        headers: {
          Authorization: `OAuth ${OPERATOR_KEY}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body,
      });
    const form =
      'subscriber[email]=ada@example.com&subscriber[skip_confirmation_notification]=true&subscriber[component_ids][]=push-api';
    const added = await post('/subscribers', form);
    expect(added.status).toBe(201);
    const { id, state, components } = (await added.json()) as {
      id: string;
      state: string;
      components: string[];
    }; // judged next
    expect({ state, components }).toEqual({ state: 'active', components: ['push-api'] });
    const ended = await post('/subscribers/unsubscribe', `subscribers[]=${id}`);
    expect([ended.status, await ended.json()]).toEqual([201, { unsubscribed: 1 }]);
    expect(
      (await post('/subscribers', 'subscriber[__proto__][email]=x&subscriber[constructor]=y')).status,
    ).toBe(422);
    const json = await post('/subscribers', '{"subscriber":{"email":"bob@example.com"}}');
    expect(json.status).toBe(201);
  });

  it("looks after one incident's subscribers", async () => {
    const page = await freshPage(api);
    await api.request('POST', `/v1/pages/${page}/updates`, { body: UPDATE });
    const path = `/v1/pages/${page}/incidents/outage/subscribers`;
    const subscriber = { email: 'ada@example.com', skip_confirmation_notification: true };
    const added = await api.request('POST', path, { body: { subscriber } });
    expect(added.status).toBe(201);
    const { id } = (await added.json()) as { id: string }; // shown by every answer
    expect(await (await api.request('GET', path)).json()).toMatchObject([{ id, incidents: ['outage'] }]);
    expect((await api.request('GET', `${path}/${id}`)).status).toBe(200);
    expect((await api.request('DELETE', `${path}/${id}`)).status).toBe(200);
    expect(await (await api.request('GET', path)).json()).toEqual([]);
    expect(await (await api.request('GET', `/v1/pages/${page}/subscribers/${id}`)).json()).toMatchObject({
      state: 'unsubscribed',
    });
    expect((await api.request('GET', path.replace('outage', 'nothing'))).status).toBe(404);
  });
});
