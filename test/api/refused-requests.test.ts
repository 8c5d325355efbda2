import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_KEY } from './api.ts';
import { SUBSCRIBERS, UPDATE } from './bodies.ts';
import { type Refusals, startRefusals } from './refusals.ts';

let refusals: Refusals;
beforeAll(async () => {
  refusals = await startRefusals();
});
afterAll(() => refusals.stop());

const refused: Refusals['refused'] = (route, options) => refusals.refused(route, options);
const PUBLISH = 'POST /v1/pages/{page}/updates';
const SUBSCRIBE = 'POST /v1/pages/{page}/subscribers';
const PUT_PAGE = 'PUT /v1/pages/other';
const fresh = { ...UPDATE, id: 'fresh' };

const ROUTES_WITH_KEY = [
  PUBLISH,
  SUBSCRIBE,
  PUT_PAGE,
  'GET /v1/pages/{page}/updates/u1/receipt',
  'GET /v1/pages/{page}/incidents/outage',
];

describe('without the operator key', () => {
  const bodyFor = (route: string) => (route.startsWith('GET') ? {} : { body: fresh });

  it.each(ROUTES_WITH_KEY)('%s is 401 and says how to ask', async (route) => {
    for (const key of [null, '', 'wrong', ' ', 'ü']) {
      const headers: Record<string, string> =
        key === null ? {} : { authorization: `Bearer ${encodeURIComponent(key)}` };
      const problem = await refused(route, { ...bodyFor(route), key: null, headers });
      expect(problem.code).toBe('unauthorized');
    }
  });

  it('by another scheme, or the key in another place, is 401', async () => {
    for (const authorization of [OPERATOR_KEY, `Basic ${OPERATOR_KEY}`, `Bearer x ${OPERATOR_KEY}`]) {
      expect((await refused(PUBLISH, { body: fresh, key: null, headers: { authorization } })).code).toBe(
        'unauthorized',
      );
    }
  });
});

describe('what is not there', () => {
  it.each([
    ['POST /v1/pages/nowhere/updates', { body: fresh }, 'unknown-page'],
    ['POST /v1/pages/nowhere/subscribers', { body: SUBSCRIBERS.email }, 'unknown-page'],
    ['GET /v1/pages/{page}/updates/nothing/receipt', {}, 'unknown-update'],
    ['GET /v1/pages/nowhere/updates/u1/receipt', {}, 'unknown-update'],
    ['GET /v1/pages/{page}/incidents/nothing', {}, 'unknown-incident'],
  ] as const)('%s is 404', async (route, options, code) => {
    expect((await refused(route, options)).code).toBe(code);
  });

  it.each(['a%23b', 'a%20b', 'x'.repeat(65), '%00', '%E0%A4%A', 'a%2Fb', '..%2f', 'é', 'a.b', '*'])(
    'an id %s in the path is 400 wherever it stands',
    async (id) => {
      for (const route of [
        `PUT /v1/pages/${id}`,
        `POST /v1/pages/${id}/updates`,
        `POST /v1/pages/${id}/subscribers`,
        `GET /v1/pages/{page}/updates/${id}/receipt`,
        `GET /v1/pages/{page}/incidents/${id}`,
      ]) {
        const options = route.startsWith('GET') ? {} : { body: fresh };
        expect((await refused(route, options)).code).toBe('invalid-id');
      }
    },
  );
});
