import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi, STATUSPAGE_TOKEN } from './api.ts';
import { COMPONENT_EVENT, STATUSPAGE_FIRST, STATUSPAGE_NEWEST, statuspagePayload } from './bodies.ts';
import { freshPage } from './fresh-page.ts';
import { changingNothing, readProblem } from './problems.ts';

let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

/** Statuspage signs nothing and sends no key: the token in the address is all that it has. */
const hook = (page: string, body: unknown, token = STATUSPAGE_TOKEN) =>
  api.request('POST', `/v1/pages/${page}/sources/statuspage/${token}`, { body, key: null });

const stored = async (page: string, id = STATUSPAGE_NEWEST.id) => (await api.updates.get(page, id))?.update;

describe('a Statuspage webhook', () => {
  it('publishes its newest update, which is the first in the list', async () => {
    const page = await freshPage(api);
    const answer = await hook(page, statuspagePayload());
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ update: 'newest000002', incident: 'z3lct0r596n4' });
    expect(await stored(page)).toEqual({
      page,
      id: 'newest000002',
      incident: {
        id: 'z3lct0r596n4',
        name: 'Slow pushes',
        impact: 'minor',
        url: 'http://stspg.io/646947c1e',
        startedAt: '2017-12-26T07:00:00.000Z',
      },
      status: 'monitoring',
      body: 'A fix is out.',
      publishedAt: '2017-12-26T07:30:00.000Z',
      components: [
        {
          id: 'push-api',
          name: 'Push API',
          group: { id: 'apis', name: 'APIs' }, // of the page's catalogue
          oldStatus: 'major_outage',
          newStatus: 'degraded_performance',
        },
      ],
      notify: true,
      acceptedAt: api.clock.now(),
    });
    expect(await stored(page, STATUSPAGE_FIRST.id)).toBeUndefined();
  });

  it('of the same update again is answered 200 and changes nothing', async () => {
    const page = await freshPage(api);
    await hook(page, statuspagePayload());
    expect((await changingNothing(api, () => hook(page, statuspagePayload()))).status).toBe(200);
  });

  it('of an edited update is answered 200, and the edit is not told', async () => {
    const page = await freshPage(api);
    await hook(page, statuspagePayload());
    const edited = { ...STATUSPAGE_NEWEST, body: 'A fix is out!' };
    const answer = await changingNothing(api, () =>
      hook(page, statuspagePayload([edited, STATUSPAGE_FIRST])),
    );
    expect(answer.status).toBe(200);
    expect((await stored(page))?.body).toBe('A fix is out.');
  });

  it('without affected components takes those of the incident', async () => {
    const page = await freshPage(api);
    await hook(page, statuspagePayload([STATUSPAGE_FIRST]));
    expect((await stored(page, STATUSPAGE_FIRST.id))?.components).toEqual([
      {
        id: 'push-api',
        name: 'Push API',
        group: { id: 'apis', name: 'APIs' },
        newStatus: 'degraded_performance',
      },
    ]);
  });

  it('reads an empty component status as operational', async () => {
    const page = await freshPage(api);
    const affected_components = [{ code: 'push-api', name: 'Push API', old_status: '', new_status: '' }];
    await hook(page, statuspagePayload([{ ...STATUSPAGE_NEWEST, affected_components }]));
    const [component] = (await stored(page))?.components ?? [];
    expect(component).toMatchObject({ newStatus: 'operational' });
    expect(component).not.toHaveProperty('oldStatus');
  });

  it.each([
    { what: 'deliver_notifications: false', update: { deliver_notifications: false }, incident: {} },
    { what: 'a backfilled incident', update: {}, incident: { backfilled: true } },
  ])('of $what is stored and tells nobody', async ({ update, incident }) => {
    const page = await freshPage(api);
    const payload = statuspagePayload([{ ...STATUSPAGE_NEWEST, ...update }]);
    const rung = api.doorbells.length;
    const answer = await hook(page, { ...payload, incident: { ...payload.incident, ...incident } });
    expect(answer.status).toBe(202);
    expect(await stored(page)).toBeDefined();
    expect(api.doorbells).toHaveLength(rung);
  });

  it('of a maintenance carries when it is', async () => {
    const page = await freshPage(api);
    const payload = statuspagePayload([{ ...STATUSPAGE_NEWEST, status: 'scheduled' }]);
    const scheduled = { scheduled_for: '2017-12-27T01:00:00Z', scheduled_until: '2017-12-27T02:00:00Z' };
    await hook(page, {
      ...payload,
      incident: { ...payload.incident, impact: 'maintenance', ...scheduled },
    });
    expect((await stored(page))?.incident).toMatchObject({
      scheduledFor: '2017-12-27T01:00:00Z',
      scheduledUntil: '2017-12-27T02:00:00Z',
    });
  });

  it.each([
    { scheduled_remind_prior: false, reminders: [] },
    { scheduled_remind_prior: true, reminders: undefined },
    { scheduled_remind_prior: null, reminders: undefined },
  ])(
    'of a maintenance with scheduled_remind_prior $scheduled_remind_prior reminds as it says',
    async ({ scheduled_remind_prior, reminders }) => {
      const page = await freshPage(api);
      const payload = statuspagePayload([{ ...STATUSPAGE_NEWEST, status: 'scheduled' }]);
      const scheduled = { scheduled_for: '2017-12-27T01:00:00Z', scheduled_remind_prior };
      await hook(page, { ...payload, incident: { ...payload.incident, ...scheduled } });
      expect((await stored(page))?.incident.reminders).toEqual(reminders);
    },
  );

  it('of a component is ignored with 200', async () => {
    const page = await freshPage(api);
    expect((await changingNothing(api, () => hook(page, COMPONENT_EVENT))).status).toBe(200);
  });
});

describe('a Statuspage webhook is refused', () => {
  it.each(['wrong', `${STATUSPAGE_TOKEN}x`, STATUSPAGE_TOKEN.slice(0, -1), '%00', '..%2f'])(
    'with the token %j, as if there were no such address',
    async (token) => {
      const page = await freshPage(api);
      const answer = await changingNothing(api, () => hook(page, statuspagePayload(), token));
      expect(await readProblem(answer)).toMatchObject({ status: 404, code: 'unknown-source' });
    },
  );

  it.each([
    { what: 'no updates', body: statuspagePayload([]), path: 'incident.incident_updates' },
    { what: 'neither incident nor component', body: { meta: {}, page: {} }, path: 'incident' },
    { what: 'an incident of null', body: { incident: null, component_update: {} }, path: 'incident' },
    {
      what: 'an unknown status',
      body: statuspagePayload([{ ...STATUSPAGE_NEWEST, status: 'exploded' }]),
      path: 'incident.incident_updates.0.status',
    },
    { what: 'an array', body: [statuspagePayload()], path: '' },
  ])('with $what', async ({ body, path }) => {
    const page = await freshPage(api);
    const problem = await readProblem(await changingNothing(api, () => hook(page, body)));
    expect(problem).toMatchObject({ status: 422, code: 'invalid-body' });
    expect(problem.faults?.map((fault) => fault.path)).toContain(path);
  });

  it('on an unknown page', async () => {
    const answer = await changingNothing(api, () => hook('nowhere', statuspagePayload()));
    expect(await readProblem(answer)).toMatchObject({ status: 404, code: 'unknown-page' });
  });
});

it('takes in a long history, which outgrows a body of ours', async () => {
  const page = await freshPage(api);
  const payload = statuspagePayload();
  const long = { ...payload, padding: 'x'.repeat(200 * 1024) };
  expect((await hook(page, long)).status).toBe(202);
  const tooLong = { ...payload, padding: 'x'.repeat(256 * 1024) };
  expect((await readProblem(await hook(page, tooLong))).code).toBe('body-too-large');
});
