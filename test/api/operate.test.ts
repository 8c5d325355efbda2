import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incidentSchema, receiptSchema, storedSubscriberSchema } from '../../shared/api/schemas.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi } from './api.ts';
import { PAGE, SUBSCRIBERS, UPDATE } from './bodies.ts';
import { freshPage } from './fresh-page.ts';
import { changingNothing } from './problems.ts';

let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

const subscribe = (page: string, body: unknown) =>
  api.request('POST', `/v1/pages/${page}/subscribers`, { body });
const publish = (page: string, body: unknown) => api.request('POST', `/v1/pages/${page}/updates`, { body });

async function subscribed(page: string, body: unknown) {
  const answer = await subscribe(page, body);
  return { status: answer.status, body: storedSubscriberSchema.parse(await answer.json()) };
}

describe('PUT page', () => {
  it('creates it, and answers with it', async () => {
    const answer = await api.request('PUT', '/v1/pages/new', { body: PAGE });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ id: 'new', ...PAGE });
  });

  it('again changes it', async () => {
    const page = await freshPage(api);
    const components = [{ id: 'sdk', name: 'SDK' }];
    await api.request('PUT', `/v1/pages/${page}`, { body: { ...PAGE, components } });
    expect((await subscribe(page, { ...SUBSCRIBERS.email, components: ['sdk'] })).status).toBe(201);
    expect((await subscribe(page, { ...SUBSCRIBERS.sms, components: ['push-api'] })).status).toBe(422);
  });

  it('keeps its subscribers and its counts', async () => {
    const page = await freshPage(api);
    const { body } = await subscribed(page, SUBSCRIBERS.email);
    await api.request('PUT', `/v1/pages/${page}`, { body: { ...PAGE, name: 'Renamed' } });
    expect(await api.subscribers.get(page, 'email', body.id)).toMatchObject({ state: 'active' });
  });
});

describe('POST subscribers', () => {
  it.each([
    ['email', { channel: 'email', email: 'Ada@example.com' }],
    ['sms', { channel: 'sms', phone: '+33612345678' }],
    ['slack', { channel: 'slack', team: 'T012AB3CD', conversation: 'C012AB3CD' }],
    ['webhook', { channel: 'webhook', url: 'https://hooks.example.com/incidents?key=1' }],
  ] as const)('adds an active one on %s, with its address as it will be used', async (channel, address) => {
    const page = await freshPage(api);
    const { status, body } = await subscribed(page, SUBSCRIBERS[channel]);
    expect(status).toBe(201);
    expect(body).toMatchObject({ channel, state: 'active', components: [], groups: [], incidents: [] });
    expect(await api.subscribers.get(page, channel, body.id)).toMatchObject({
      address,
      state: 'active',
      scope: { kind: 'page' },
      confirmedAt: api.clock.now(),
    });
  });

  it.each(['email', 'sms', 'slack', 'webhook'] as Channel[])(
    'repeated on %s is 200 with the same id, and one row',
    async (channel) => {
      const page = await freshPage(api);
      const first = await subscribed(page, SUBSCRIBERS[channel]);
      api.clock.advance(1_000);
      const again = await changingNothing(api, () => subscribed(page, SUBSCRIBERS[channel]));
      expect(again.status).toBe(200);
      const { secret: _, ...shown } = first.body;
      expect(again.body).toEqual(shown);
    },
  );

  it('gives a webhook its signing secret once', async () => {
    const page = await freshPage(api);
    expect((await subscribed(page, SUBSCRIBERS.webhook)).body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await subscribed(page, SUBSCRIBERS.webhook)).body).not.toHaveProperty('secret');
  });

  it('never shows an address', async () => {
    const page = await freshPage(api);
    const answer = await (await subscribe(page, SUBSCRIBERS.email)).text();
    expect(answer.toLowerCase()).not.toContain('ada');
  });

  it('of one person in two spellings is one subscriber', async () => {
    const page = await freshPage(api);
    await subscribe(page, { channel: 'email', email: 'ada@EXAMPLE.com' });
    expect((await subscribe(page, { channel: 'email', email: ' ada@example.com ' })).status).toBe(200);
    await subscribe(page, { channel: 'sms', phone: '+33612345678' });
    expect((await subscribe(page, { channel: 'sms', phone: '+33 (6) 12-34-56-78' })).status).toBe(200);
  });

  it('with another scope takes the new scope and keeps the day of consent', async () => {
    const page = await freshPage(api);
    const { body } = await subscribed(page, SUBSCRIBERS.email);
    const { confirmedAt } = (await api.subscribers.get(page, 'email', body.id)) ?? {};
    api.clock.advance(1_000);
    const scoped = { components: ['dashboard'], groups: ['apis'], incidents: ['outage'] };
    const again = await subscribed(page, { ...SUBSCRIBERS.email, ...scoped });
    expect(again).toMatchObject({ status: 200, body: scoped });
    expect(await api.subscribers.get(page, 'email', body.id)).toMatchObject({
      scope: { kind: 'selection', ...scoped },
      confirmedAt,
    });
  });

  it('with empty sets is to the whole page', async () => {
    const page = await freshPage(api);
    const { body } = await subscribed(page, { ...SUBSCRIBERS.email, components: [], groups: [] });
    expect((await api.subscribers.get(page, 'email', body.id))?.scope).toEqual({ kind: 'page' });
  });

  it('of somebody who left changes nothing: only they can come back', async () => {
    const page = await freshPage(api);
    const { body } = await subscribed(page, SUBSCRIBERS.email);
    await api.subscribers.unsubscribe(page, 'email', body.id, api.clock.now());
    const again = await changingNothing(api, () => subscribed(page, SUBSCRIBERS.email));
    expect(again).toMatchObject({ status: 200, body: { state: 'unsubscribed' } });
  });

  it('of somebody who leaves at the same moment does not bring them back', async () => {
    const page = await freshPage(api);
    const { body } = await subscribed(page, SUBSCRIBERS.email);
    api.onceRead(() => api.subscribers.unsubscribe(page, 'email', body.id, api.clock.now()));
    await subscribed(page, { ...SUBSCRIBERS.email, components: ['dashboard'] });
    expect((await api.subscribers.get(page, 'email', body.id))?.state).toBe('unsubscribed');
  });

  it('of an address in quarantine changes nothing', async () => {
    const page = await freshPage(api);
    const { body } = await subscribed(page, SUBSCRIBERS.sms);
    await api.subscribers.quarantine(page, 'sms', body.id, 'sms.21610', api.clock.now());
    const again = await changingNothing(api, () => subscribed(page, SUBSCRIBERS.sms));
    expect(again.body.state).toBe('quarantined');
  });
});

describe('GET receipt', () => {
  it('has every number from the start, and none of them told', async () => {
    const page = await freshPage(api);
    await publish(page, UPDATE);
    const answer = await api.request('GET', `/v1/pages/${page}/updates/u1/receipt`);
    expect(answer.status).toBe(200);
    const none = { matched: 0, told: 0, failed: 0, retrying: 0, superseded: 0, suppressed: 0, inDoubt: 0 };
    const counts = { ...none, resent: 0, firstToldAt: null, lastToldAt: null };
    expect(receiptSchema.parse(await answer.json())).toEqual({
      update: 'u1',
      sequence: 1,
      complete: false,
      ...counts,
      channels: { email: counts, sms: counts, slack: counts, webhook: counts },
      chunks: { done: 0, of: 4 },
      outlook: null,
    });
  });

  it('says when those who were not called will have been, at the rate of the channel', async () => {
    const page = await freshPage(api);
    await subscribe(page, SUBSCRIBERS.email);
    await publish(page, UPDATE);
    const answer = await api.request('GET', `/v1/pages/${page}/updates/u1/receipt`);
    // One mail at ten a second.
    const finishAt = new Date(api.clock.now() + 100).toISOString();
    expect(receiptSchema.parse(await answer.json()).outlook).toEqual({
      finishAt,
      channels: { email: { remaining: 1, pausedUntil: null, finishAt } },
    });
  });

  it('adds up what the ledger holds', async () => {
    const page = await freshPage(api);
    await publish(page, UPDATE);
    const at = Date.UTC(2021, 9, 13, 7, 30);
    const ref = { page, update: 'u1', channel: 'email', chunk: 0, of: 1 } as const;
    const counts = { told: 7, superseded: 2, exceptions: 1 };
    const times = { leaseUntil: at, endsAt: at, claimedAt: at, firstToldAt: at, lastToldAt: at + 1_500 };
    await api.ledger.swap(
      ref,
      undefined,
      { owner: 'o', prev: 'g', cursor: 'g', done: true, counts, ...times },
      at,
    );
    const row = { h: 'a'.repeat(24), state: 'failed', attempt: 5, since: at, cause: 'email.bounce' } as const;
    await api.exceptions.putNew(ref, row, at);
    const answer = await api.request('GET', `/v1/pages/${page}/updates/u1/receipt`);
    expect(receiptSchema.parse(await answer.json())).toMatchObject({
      complete: false,
      matched: 10,
      told: 7,
      failed: 1,
      superseded: 2,
      firstToldAt: '2021-10-13T07:30:00.000Z',
      lastToldAt: '2021-10-13T07:30:01.500Z',
      channels: { email: { matched: 10 }, sms: { matched: 0 } },
      chunks: { done: 1, of: 4 },
    });
  });
});

describe('GET incident', () => {
  it('lists its updates in their order, each with its receipt', async () => {
    const page = await freshPage(api);
    await publish(page, UPDATE);
    const components = [{ id: 'push-api', name: 'Push API', newStatus: 'operational' }];
    await publish(page, { ...UPDATE, id: 'u2', status: 'resolved', components });
    const answer = await api.request('GET', `/v1/pages/${page}/incidents/outage`);
    expect(answer.status).toBe(200);
    const incident = incidentSchema.parse(await answer.json());
    expect(incident).toMatchObject({
      id: 'outage',
      name: UPDATE.incident.name,
      impact: 'critical',
      status: 'resolved',
      components: [{ id: 'push-api', newStatus: 'operational' }],
    });
    expect(incident.updates.map(({ id, sequence, status }) => [id, sequence, status])).toEqual([
      ['u1', 1, 'investigating'],
      ['u2', 2, 'resolved'],
    ]);
    expect(incident.updates.map(({ receipt }) => [receipt.update, receipt.sequence])).toEqual([
      ['u1', 1],
      ['u2', 2],
    ]);
  });
});

it('a read changes nothing', async () => {
  const page = await freshPage(api);
  await publish(page, UPDATE);
  await changingNothing(api, () => api.request('GET', `/v1/pages/${page}/updates/u1/receipt`));
  await changingNothing(api, () => api.request('GET', `/v1/pages/${page}/incidents/outage`));
});
