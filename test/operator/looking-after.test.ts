import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../shared/domain/time.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import { signUpStore } from '../../shared/store/sign-ups.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { LASTING_CAUSES } from '../../shared/subscriptions/lasting-causes.ts';
import { type Api, createApi } from '../api/api.ts';
import { freshPage } from '../api/fresh-page.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

interface Shown {
  readonly id: string;
  readonly email: string | null;
  readonly state: string;
}

async function call(page: string, method: string, path: string, body?: unknown) {
  const answer = await api.request(method, `/v1/pages/${page}${path}`, body === undefined ? {} : { body });
  return { status: answer.status, link: answer.headers.get('link'), body: await answer.json() };
}
async function add(page: string, subscriber: object): Promise<Shown> {
  const { status, body } = await call(page, 'POST', '/subscribers', { subscriber });
  expect(status).toBe(201);
  return body as Shown; // 201
}
const active = (page: string, email: string) => add(page, { email, skip_confirmation_notification: true });
const list = async (page: string, query = '') =>
  (await call(page, 'GET', `/subscribers${query}`)).body as Shown[]; // an array
const emails = (rows: readonly Shown[]) => rows.map(({ email }) => email);

describe('a list', () => {
  const PEOPLE = Array.from({ length: 25 }, (_, index) => `p${String(index).padStart(2, '0')}@example.com`);

  it('is sorted by address and paged from 0, as Statuspage has it', async () => {
    const page = await freshPage(api);
    for (const email of PEOPLE.toReversed()) {
      api.clock.advance(1_000);
      await active(page, email);
    }
    expect(emails(await list(page))).toEqual(PEOPLE);
    expect(emails(await list(page, '?limit=10'))).toEqual(PEOPLE.slice(0, 10));
    expect(emails(await list(page, '?limit=10&page=2'))).toEqual(PEOPLE.slice(20));
    expect(await list(page, '?limit=10&page=3')).toEqual([]);
    expect(emails(await list(page, '?sort_direction=desc&limit=2'))).toEqual(PEOPLE.toReversed().slice(0, 2));
    expect(emails(await list(page, '?q=p1&sort_field=relevance&limit=3'))).toEqual(PEOPLE.slice(10, 13));
    expect(emails(await list(page, '?q=P07@EXAMPLE.com'))).toEqual(['p07@example.com']);
    expect(await list(page, '?type=integration_partner')).toEqual([]);
  });

  it('can be walked by its Link header, each row once', async () => {
    const page = await freshPage(api);
    for (const email of PEOPLE) await active(page, email);
    await add(page, { phone_number: '+33612345678', skip_confirmation_notification: true });
    const seen: string[] = [];
    let path: string | undefined = '/subscribers?limit=10&after=';
    while (path !== undefined) {
      const { body, link } = await call(page, 'GET', path);
      seen.push(...(body as Shown[]).map(({ id }) => id)); // a list
      const next: string | undefined = /<(.*)>/.exec(link ?? '')?.[1];
      path = next && `/subscribers${next}`;
    }
    expect(seen).toHaveLength(26);
    expect(new Set(seen).size).toBe(26);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=ten',
    'page=-1',
    'type=fax',
    'state=gone',
    'sort_field=h',
    'sort_field=relevance',
    'after=nobody',
    'after=&sort_field=primary',
    'page=100000&sort_field=created_at',
    'colour=red',
  ])('refuses ?%s with a message', async (query) => {
    const page = await freshPage(api);
    const { status, body } = await call(page, 'GET', `/subscribers?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid-query',
      message: expect.stringMatching(/Expected .+, got .+/s),
    });
  });
});

describe('consent', () => {
  it('is asked for, once, unless the operator answers for it', async () => {
    const page = await freshPage(api);
    const sent = () => api.confirmations.filter((one) => one.page === page);
    expect(await active(page, 'ada@example.com')).toMatchObject({ state: 'active' });
    expect(sent()).toEqual([]);
    const bob = await add(page, { email: 'bob@example.com' });
    expect(bob.state).toBe('unconfirmed');
    expect(sent()).toEqual([{ kind: 'confirm', page, channel: 'email', h: bob.id.slice(1) }]);
    expect(JSON.stringify(sent())).not.toContain('@');
    expect((await call(page, 'POST', `/subscribers/${bob.id}/resend_confirmation`)).status).toBe(201);
    // The operator's hand counts like any other: one in ten minutes, three a day.
    const tooSoon = await call(page, 'POST', `/subscribers/${bob.id}/resend_confirmation`);
    expect(tooSoon).toMatchObject({ status: 429, body: { code: 'too-often' } });
    const none = await call(page, 'POST', '/subscribers/resend_confirmation', { subscribers: 'all' });
    expect(none).toMatchObject({ status: 201, body: { sent: 0, kept: 1 } });
    api.clock.advance(600_000);
    const all = await call(page, 'POST', '/subscribers/resend_confirmation', { subscribers: 'all' });
    expect(all).toMatchObject({ status: 201, body: { sent: 1, kept: 0 } });
    expect(sent()).toHaveLength(3);
    expect(await active(page, 'bob@example.com')).toMatchObject({ state: 'active' });
    const again = await call(page, 'POST', `/subscribers/${bob.id}/resend_confirmation`);
    expect(again).toMatchObject({ status: 422, body: { code: 'wrong-state' } });
  });

  it('that somebody began and let lapse is asked for anew; until then nobody is there', async () => {
    const page = await freshPage(api);
    const { id: lapsed } = await add(page, { email: 'zoe@example.com' });
    const name = { page, channel: 'email', h: lapsed.slice(1) } as const;
    const wish = {
      address: { channel: 'email', email: 'zoe@example.com' },
      source: 'self',
      scope: { kind: 'page' },
      pendingUntil: api.clock.now() + 1_000,
    } as const;
    expect(
      await signUpStore(tables.client, tables.names.subscribers).signUp(name, wish, [], api.clock.now()),
    ).toBe(true);
    api.clock.advance(DAY);
    const asked = () => api.confirmations.filter((one) => one.page === page).length;
    const before = asked();
    for (const [method, path, body] of [
      ['GET', `/subscribers/${lapsed}`, undefined],
      ['POST', `/subscribers/${lapsed}/resend_confirmation`, undefined],
    ] as const) {
      expect((await call(page, method, path, body)).status).toBe(404);
    }
    const all = await call(page, 'POST', '/subscribers/resend_confirmation', { subscribers: [lapsed] });
    expect(all.body).toEqual({ sent: 0, kept: 0 });
    expect(asked()).toBe(before);

    expect(await add(page, { email: 'zoe@example.com' })).toMatchObject({ state: 'unconfirmed' });
    expect(asked()).toBe(before + 1);
    expect(await api.subscribers.get(page, 'email', name.h)).not.toHaveProperty('pendingUntil');
  });

  it('of who left or complained is not the operator’s to give', async () => {
    const page = await freshPage(api);
    const [ada, bob, eve] = [
      await active(page, 'ada@example.com'),
      await active(page, 'bob@example.com'),
      await active(page, 'eve@example.com'),
    ];
    const now = api.clock.now();
    await call(page, 'DELETE', `/subscribers/${ada.id}`);
    await api.subscribers.quarantine(page, 'email', bob.id.slice(1), 'email.complaint', now);
    await api.subscribers.quarantine(page, 'email', eve.id.slice(1), 'email.invalid_address', now);
    for (const email of ['ada@example.com', 'bob@example.com']) {
      const subscriber = { email, skip_confirmation_notification: true };
      const refused = await call(page, 'POST', '/subscribers', { subscriber });
      expect(refused).toMatchObject({ status: 422, body: { code: 'left' } });
    }
    expect(await call(page, 'PATCH', `/subscribers/${ada.id}`, {})).toMatchObject({ status: 422 });
    const revived = await call(page, 'POST', '/subscribers/reactivate', { subscribers: 'all' });
    expect(revived).toMatchObject({ status: 201, body: { reactivated: 1, kept: 1 } });
    expect(emails(await list(page))).toEqual(['eve@example.com']);
  });

  it('that was given stays as its owner shaped it: pause and filters are theirs, components the operator’s', async () => {
    const page = await freshPage(api);
    const { id } = await active(page, 'ada@example.com');
    const row = await api.subscribers.get(page, 'email', id.slice(1));
    if (row === undefined) throw new Error('Expected a row, got none');
    await api.subscribers.put({ ...row, paused: true, filters: { minimumImpact: 'major' } });
    await call(page, 'POST', '/subscribers', { channel: 'email', email: 'ada@example.com' });
    await add(page, { email: 'ada@example.com', component_ids: ['push-api'] });
    expect((await call(page, 'GET', `/subscribers/${id}`)).body).toMatchObject({
      paused: true,
      filters: { minimumImpact: 'major' },
      components: ['push-api'],
    });
  });

  it('an import writes its own part of a row: what changes at the same moment stays', async () => {
    const page = await freshPage(api);
    const { id } = await active(page, 'ada@example.com');
    const rows = subscriberRowStore(tables.client, tables.names.subscribers);
    const seen = await api.subscribers.get(page, 'email', id.slice(1));
    if (seen === undefined) throw new Error('Expected a row, got none');
    await api.subscribers.put({ ...seen, paused: true });
    const scope = { kind: 'selection', components: ['push-api'], groups: [], incidents: [] } as const;
    expect(await rows.revise(seen, { ...seen, scope })).toBe(true);
    expect(await api.subscribers.get(page, 'email', id.slice(1))).toEqual({ ...seen, paused: true, scope });
    await api.subscribers.unsubscribe(page, 'email', id.slice(1), api.clock.now());
    expect(await rows.revise(seen, { ...seen, scope: { kind: 'page' }, state: 'pending' })).toBe(false);
  });

  it('is not overwritten by a write that began before they left', async () => {
    const page = await freshPage(api);
    const ada = await active(page, 'ada@example.com');
    const ends = call(page, 'DELETE', `/subscribers/${ada.id}`);
    const adds = Array.from({ length: 10 }, () =>
      call(page, 'POST', '/subscribers', {
        subscriber: { email: 'ada@example.com', component_ids: ['push-api'] },
      }),
    );
    await Promise.all([ends, ...adds]);
    expect((await call(page, 'GET', `/subscribers/${ada.id}`)).body).toMatchObject({ state: 'unsubscribed' });
  });
});

describe('many at a time', () => {
  it('are unsubscribed by id, by state; and all, if they are few', async () => {
    const page = await freshPage(api);
    const [ada, bob] = [await active(page, 'ada@example.com'), await add(page, { email: 'bob@example.com' })];
    const end = (body: object) => call(page, 'POST', '/subscribers/unsubscribe', body);
    expect((await end({ subscribers: [ada.id, 'x'] })).status).toBe(422);
    expect((await end({ subscribers: [bob.id, `e${'0'.repeat(24)}`] })).body).toEqual({ unsubscribed: 0 });
    expect((await end({ subscribers: [bob.id], state: 'all' })).body).toEqual({ unsubscribed: 1 });
    expect((await end({ subscribers: 'all' })).body).toEqual({ unsubscribed: 1 });
    for (let index = 0; index < 100; index++) await active(page, `m${index}@example.com`);
    expect(await end({ subscribers: 'all' })).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
    expect((await call(page, 'GET', '/subscribers/count')).body).toMatchObject({ email: 100 });
  });
});

describe('a person', () => {
  it('is shown all that is held, and is forgotten on every page', async () => {
    const [one, other] = [await freshPage(api), await freshPage(api)];
    for (const page of [one, other]) await active(page, 'canary-4711@example.com');
    for (const page of [one, other]) {
      await add(page, { endpoint: 'https://hooks.example.com/x', email: 'canary-4711@example.com' });
    }
    const person = { address: 'canary-4711@EXAMPLE.com' };
    const held = await call(one, 'POST', '/person', { ...person, everywhere: true });
    expect(held.body).toMatchObject({
      subscriptions: [{ page: one }, { page: other }],
      webhooks_owned: [
        { page: one, endpoint: 'https://hooks.example.com/x', calls: [] },
        { page: other, endpoint: 'https://hooks.example.com/x', calls: [] },
      ],
    });
    const erased = await call(one, 'POST', '/erase', { ...person, everywhere: true });
    expect(erased.body).toEqual({ erased: 2, webhook_owners_forgotten: 2, pages: [one, other].sort() });
    expect(JSON.stringify(await api.everything())).not.toContain('canary-4711');
    expect(JSON.stringify([api.log, api.confirmations])).not.toContain('canary-4711');

    const again = await call(one, 'POST', '/subscribers', {
      subscriber: { email: 'canary-4711@example.com', skip_confirmation_notification: true },
    });
    expect(again.status).toBe(422);
    expect((await call(one, 'POST', '/person', { ...person, everywhere: true })).body).toEqual({
      subscriptions: [],
      webhooks_owned: [],
    });
    expect((await call(one, 'GET', '/subscribers/unsubscribed')).body).toEqual([]);
  });

  it('on one page stays on the others', async () => {
    const [one, other] = [await freshPage(api), await freshPage(api)];
    for (const page of [one, other]) {
      await active(page, 'lin@example.com');
      await add(page, { endpoint: 'https://hooks.example.com/lin', email: 'lin@example.com' });
    }
    expect((await call(one, 'POST', '/erase', { address: 'lin@example.com' })).body).toEqual({
      erased: 1,
      webhook_owners_forgotten: 1,
      pages: [one],
    });
    expect(emails(await list(other))).toEqual(['lin@example.com']);
    const held = await call(one, 'POST', '/person', { address: 'lin@example.com', everywhere: true });
    expect(held.body).toMatchObject({ subscriptions: [{ page: other }], webhooks_owned: [{ page: other }] });
  });

  it('who owns an endpoint sees its calls, and erasing the endpoint deletes them', async () => {
    const page = await freshPage(api);
    const url = 'https://hooks.example.com/canary-0815';
    const { id } = await add(page, { endpoint: url, skip_confirmation_notification: true });
    const answer = { attempt: 1, told: false, status: 500, durationMs: 12, excerpt: 'canary-0816' };
    const calls = attemptStore(tables.client, tables.names.deliveries);
    for (let index = 0; index < 30; index++) {
      await calls.put({ ...answer, page, h: id.slice(1), at: api.clock.now() + index, update: 'u1' });
    }
    const { body } = await call(page, 'POST', '/person', { address: url });
    const [shown] = (body as { subscriptions: { calls: object[] }[] }).subscriptions; // our own answer
    expect(shown?.calls).toHaveLength(30);
    expect(shown?.calls[0]).toMatchObject({ status: 500, told: false });
    // What it answered is for the manage page alone.
    expect(JSON.stringify(body)).not.toContain('canary-0816');
    expect((await call(page, 'POST', '/erase', { address: url })).body).toMatchObject({ erased: 1 });
    expect(await calls.list(page, id.slice(1), 50)).toEqual([]);
    expect(JSON.stringify(await api.everything())).not.toMatch(/canary-081/);
  });

  it('who complained stays unreachable once forgotten; who merely bounced may come back', async () => {
    const page = await freshPage(api);
    const signUps = signUpStore(tables.client, tables.names.subscribers);
    for (const [email, cause, mayComeBack] of [
      ['eve@example.com', 'email.complaint', false],
      ['joe@example.com', 'email.bounced', true],
    ] as const) {
      const { id } = await active(page, email);
      await api.subscribers.quarantine(page, 'email', id.slice(1), cause, api.clock.now());
      await call(page, 'POST', '/erase', { address: email });
      const wish = {
        address: { channel: 'email', email },
        source: 'self',
        scope: { kind: 'page' },
        pendingUntil: api.clock.now() + 1_000,
      } as const;
      const name = { page, channel: 'email', h: id.slice(1) } as const;
      expect(await signUps.signUp(name, wish, LASTING_CAUSES, api.clock.now()), email).toBe(mayComeBack);
    }
  });
});

describe('every route of subscribers', () => {
  it.each(['Bearer wrong', 'OAuth wrong', 'Basic b3BlcmF0b3I=', ''])(
    'turns %j away, and says why',
    async (header) => {
      const page = await freshPage(api);
      for (const path of ['', '/count', '/e000000000000000000000000']) {
        const answer = await api.request('GET', `/v1/pages/${page}/subscribers${path}`, {
          key: null,
          headers: { authorization: header },
        });
        expect(answer.status).toBe(401);
        expect(await answer.json()).toMatchObject({ code: 'unauthorized', message: expect.any(String) });
      }
    },
  );

  it('knows nobody of another page', async () => {
    const [one, other] = [await freshPage(api), await freshPage(api)];
    const { id } = await active(one, 'ada@example.com');
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/resend_confirmation'],
    ] as const) {
      const answer = await call(
        other,
        method,
        `/subscribers/${id}${path}`,
        method === 'GET' ? undefined : {},
      );
      expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-subscriber' } });
    }
    expect(emails(await list(one))).toEqual(['ada@example.com']);
  });
});
