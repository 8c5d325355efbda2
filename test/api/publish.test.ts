import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedSchema } from '../../shared/api/schemas.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi } from './api.ts';
import { SUBSCRIBERS, UPDATE } from './bodies.ts';
import { freshPage } from './fresh-page.ts';
import { changingNothing, readProblem } from './problems.ts';

let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

const publish = (page: string, body: unknown) => api.request('POST', `/v1/pages/${page}/updates`, { body });

describe('an update that is published', () => {
  it('is answered 202 with its place and the address of its receipt', async () => {
    const page = await freshPage(api);
    const answer = await publish(page, UPDATE);
    expect(answer.status).toBe(202);
    const body = acceptedSchema.parse(await answer.json());
    expect(body).toEqual({
      update: 'u1',
      incident: 'outage',
      sequence: 1,
      receipt: `/v1/pages/${page}/updates/u1/receipt`,
    });
    expect((await api.request('GET', body.receipt)).status).toBe(200);
  });

  it('is stored word for word', async () => {
    const page = await freshPage(api);
    await publish(page, UPDATE);
    expect((await api.updates.get(page, 'u1'))?.update).toEqual({
      ...UPDATE,
      page,
      acceptedAt: api.clock.now(),
    });
  });

  it('rings each channel once per chunk, and carries no word of it', async () => {
    const page = await freshPage(api);
    const rung = api.doorbells.length;
    await publish(page, UPDATE);
    const doorbells = api.doorbells.slice(rung).map(({ doorbell }) => doorbell);
    expect(doorbells).toEqual(
      ['email', 'sms', 'slack', 'webhook'].map((channel) => ({
        page,
        incident: 'outage',
        update: 'u1',
        channel,
        chunk: 0,
        of: 1,
      })),
    );
  });

  it('needs no more than the required fields', async () => {
    const page = await freshPage(api);
    const { url: _1, startedAt: _2, scheduledFor: _3, scheduledUntil: _4, ...incident } = UPDATE.incident;
    const { notify: _5, ...update } = { ...UPDATE, incident, components: [] };
    expect((await publish(page, update)).status).toBe(202);
    expect((await api.updates.get(page, 'u1'))?.update.notify).toBe(true);
  });

  it('keeps the groups of the page where its publisher gave none', async () => {
    const page = await freshPage(api);
    const components = [{ id: 'push-api', name: 'Push API', newStatus: 'operational' }];
    await publish(page, { ...UPDATE, components });
    expect((await api.updates.get(page, 'u1'))?.update.components).toEqual([
      { ...components[0], group: { id: 'apis', name: 'APIs' } },
    ]);
  });

  it('becomes text where it is none: unpaired surrogates are replaced, pairs are kept', async () => {
    const page = await freshPage(api);
    const incident = { ...UPDATE.incident, name: 'a\ud800b' };
    await publish(page, { ...UPDATE, incident, body: '\udc00 \ud83d\ude00' });
    expect((await api.updates.get(page, 'u1'))?.update).toMatchObject({
      incident: { name: 'a\ufffdb' },
      body: '\ufffd \ud83d\ude00',
    });
  });

  it.each(['investigating', 'identified', 'monitoring', 'update', 'resolved', 'postmortem'])(
    'may be %s',
    async (status) => {
      const page = await freshPage(api);
      expect((await publish(page, { ...UPDATE, status })).status).toBe(202);
    },
  );

  it.each(['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'])(
    'may be %s, of a maintenance',
    async (status) => {
      const page = await freshPage(api);
      const incident = { ...UPDATE.incident, impact: 'maintenance' };
      expect((await publish(page, { ...UPDATE, incident, status })).status).toBe(202);
    },
  );

  it.each([
    { what: 'notify: false', body: { ...UPDATE, notify: false } },
    { what: 'backfilled: true', body: { ...UPDATE, incident: { ...UPDATE.incident, backfilled: true } } },
  ])('with $what is stored and rings nobody', async ({ body }) => {
    const page = await freshPage(api);
    await api.request('POST', `/v1/pages/${page}/subscribers`, { body: SUBSCRIBERS.email });
    const rung = api.doorbells.length;
    expect((await publish(page, body)).status).toBe(202);
    expect(api.doorbells).toHaveLength(rung);
    const receipt = await api.request('GET', `/v1/pages/${page}/updates/u1/receipt`);
    expect(await receipt.json()).toMatchObject({ complete: true, matched: 0 });
  });
});

describe('the same id again', () => {
  it('with the same content is answered as the first time, 200, and changes nothing', async () => {
    const page = await freshPage(api);
    const first = await (await publish(page, UPDATE)).json();
    await publish(page, { ...UPDATE, id: 'u2' });
    const again = await changingNothing(api, () => publish(page, UPDATE));
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual(first);
  });

  it('with the same content in another order of members is the same content', async () => {
    const page = await freshPage(api);
    await publish(page, UPDATE);
    const shuffled = Object.fromEntries(Object.entries(UPDATE).reverse());
    expect((await changingNothing(api, () => publish(page, shuffled))).status).toBe(200);
  });

  it('with other content is a conflict and changes nothing', async () => {
    const page = await freshPage(api);
    await publish(page, UPDATE);
    const answer = await changingNothing(api, () => publish(page, { ...UPDATE, body: 'Otherwise.' }));
    expect(await readProblem(answer)).toMatchObject({ status: 409, code: 'update-conflict' });
  });

  it('that names more components than an incident has room for is refused, and its end is not', async () => {
    const page = await freshPage(api);
    const naming = (from: number) =>
      Array.from({ length: 500 }, (_, index) => ({
        id: `component-${from + index}`,
        name: `Component in rack ${from + index}`,
        newStatus: 'major_outage',
      }));
    const answers: Response[] = [];
    for (let n = 0; n < 8; n++) {
      answers.push(await publish(page, { ...UPDATE, id: `big${n}`, components: naming(n * 500) }));
    }
    const refused = answers.findIndex(({ status }) => status !== 202);
    expect(refused).toBeGreaterThan(2);
    const [problem = Response.error()] = answers.slice(refused);
    expect(await readProblem(problem)).toMatchObject({ status: 422, code: 'incident-too-large' });
    const end = await publish(page, { ...UPDATE, id: 'end', status: 'resolved', components: [] });
    expect(end.status).toBe(202);
    expect(await end.json()).toMatchObject({ sequence: refused + 1 });
  });

  it('on another incident is a conflict too', async () => {
    const page = await freshPage(api);
    await publish(page, UPDATE);
    const incident = { ...UPDATE.incident, id: 'another' };
    const answer = await changingNothing(api, () => publish(page, { ...UPDATE, incident }));
    expect(answer.status).toBe(409);
  });

  it('on another page is another update', async () => {
    const [one, other] = [await freshPage(api), await freshPage(api)];
    await publish(one, UPDATE);
    expect((await publish(other, { ...UPDATE, body: 'Otherwise.' })).status).toBe(202);
  });
});
