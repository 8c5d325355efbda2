import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeUpdateEvent } from '../../shared/api/update-event.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi } from './api.ts';
import { UPDATE } from './bodies.ts';
import { freshPage } from './fresh-page.ts';
import { changingNothing } from './problems.ts';

let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

describe('an event on the bus', () => {
  it('publishes the update in its detail', async () => {
    const page = await freshPage(api);
    expect(await api.takeEvent({ page, ...UPDATE })).toBeUndefined();
    expect((await api.updates.get(page, 'u1'))?.update).toMatchObject({ page, body: UPDATE.body });
    expect(api.doorbells.filter(({ doorbell }) => doorbell.page === page)).toHaveLength(4);
  });

  it('may come twice, and may come after the same update by HTTP', async () => {
    const page = await freshPage(api);
    await api.request('POST', `/v1/pages/${page}/updates`, { body: UPDATE });
    await changingNothing(api, () => api.takeEvent({ page, ...UPDATE }));
  });

  it.each([
    { what: 'other content under a known id', detail: { body: 'Otherwise.' }, reason: 'got conflict' },
    { what: 'an unknown page', detail: { page: 'nowhere' }, reason: 'page nowhere to be acceptable' },
    { what: 'a malformed page', detail: { page: 'a#b' }, reason: 'faults in page' },
    { what: 'an unknown status', detail: { status: 'exploded' }, reason: 'faults in status' },
    { what: 'an unknown field', detail: { colour: 'red' }, reason: 'faults in colour' },
  ])('with $what is poison, says why, and changes nothing', async ({ detail, reason }) => {
    const page = await freshPage(api);
    await api.takeEvent({ page, ...UPDATE });
    await changingNothing(api, async () =>
      expect(await api.takeEvent({ page, ...UPDATE, ...detail })).toEqual({
        reason: expect.stringContaining(reason),
      }),
    );
  });

  it.each([undefined, null, 'text', 7, [], {}])('with %j as its detail is poison', async (detail) => {
    await changingNothing(api, async () =>
      expect(await api.takeEvent(detail)).toEqual({ reason: expect.stringContaining('Expected') }),
    );
  });

  it.each(['', 'not JSON', 'null', '[]', '7'])('that is none is poison: %s', async (body) => {
    await changingNothing(api, async () =>
      expect(await api.takeMessage(body)).toEqual({ reason: expect.stringContaining('Expected') }),
    );
  });

  it('is no poison when the tables are away: it has to be given again', async () => {
    const deps = {
      accept: () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })),
      now: () => 0,
      log: () => undefined,
    };
    const body = JSON.stringify({ detail: { page: 'batch', ...UPDATE } });
    await expect(takeUpdateEvent(deps, body)).rejects.toThrow('away');
  });
});
