import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    await api.takeEvent({ page, ...UPDATE });
    expect((await api.updates.get(page, 'u1'))?.update).toMatchObject({ page, body: UPDATE.body });
    expect(api.doorbells.filter(({ doorbell }) => doorbell.page === page)).toHaveLength(4);
  });

  it('may come twice, and may come after the same update by HTTP', async () => {
    const page = await freshPage(api);
    await api.request('POST', `/v1/pages/${page}/updates`, { body: UPDATE });
    await changingNothing(api, () => api.takeEvent({ page, ...UPDATE }));
  });

  it.each([
    { what: 'other content under a known id', detail: { body: 'Otherwise.' } },
    { what: 'an unknown page', detail: { page: 'nowhere' } },
    { what: 'a malformed page', detail: { page: 'a#b' } },
    { what: 'an unknown status', detail: { status: 'exploded' } },
    { what: 'an unknown field', detail: { colour: 'red' } },
  ])('with $what is thrown back to its dead-letter queue, and changes nothing', async ({ detail }) => {
    const page = await freshPage(api);
    await api.takeEvent({ page, ...UPDATE });
    await changingNothing(api, () =>
      expect(api.takeEvent({ page, ...UPDATE, ...detail })).rejects.toThrow(Error),
    );
  });

  it.each([undefined, null, 'text', 7, [], {}])('with %j as its detail is thrown back', async (detail) => {
    await changingNothing(api, () => expect(api.takeEvent(detail)).rejects.toThrow(Error));
  });
});
