import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openApi } from '../../shared/api/openapi.ts';
import { ROUTES } from '../../shared/deployment/functions.ts';
import { HOUR } from '../../shared/domain/time.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi, PUBLIC_URL, STATUSPAGE_TOKEN } from './api.ts';
import { PAGE, SUBSCRIBERS, statuspagePayload, UPDATE } from './bodies.ts';

let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

type Schema = Extract<Parameters<typeof z.fromJSONSchema>[0], object>;

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
  readonly security: readonly object[];
}

async function describedBy() {
  const answer = await api.request('GET', '/openapi.json', { key: null });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> }; // judged below
}

const operations = async () =>
  Object.entries((await describedBy()).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** The published schema of a request body, as a client's validator reads it. */
async function requestSchema(path: string, method: string) {
  const { paths } = await describedBy();
  const schema = paths[path]?.[method]?.requestBody?.content['application/json']?.schema;
  if (schema === undefined) throw new Error(`Expected ${method} ${path} to say what it takes`);
  return z.fromJSONSchema(schema);
}

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 and open to everybody', async () => {
    expect((await describedBy()).openapi).toMatch(/^3\.1\./);
  });

  it('describes exactly the routes by which operators and sources come in', async () => {
    const deployed = ROUTES.filter((route) => ['ingest', 'operate'].includes(route.function));
    expect((await operations()).map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
      deployed.map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  it('loses nothing on its way through JSON', () => {
    const document = openApi(PUBLIC_URL);
    expect(JSON.parse(JSON.stringify(document))).toStrictEqual(document);
  });

  it('has a schema for every body that goes in or comes out', async () => {
    for (const { path, method, operation } of await operations()) {
      const name = `${method} ${path}`;
      const isBare = /\}\/(resend_confirmation|test|rotate_secret)$/.test(path);
      const hasBody = method !== 'get' && method !== 'delete' && !isBare;
      if (hasBody) expect(operation.requestBody, name).toBeDefined();
      const bodies = [operation.requestBody, ...Object.values(operation.responses)];
      for (const body of bodies.filter((one) => one !== undefined)) {
        expect(Object.keys(body.content ?? {}), name).toHaveLength(1);
        for (const { schema } of Object.values(body.content ?? {})) {
          expect(Object.keys(schema), name).not.toEqual([]);
        }
      }
      expect(operation.responses['4XX']?.content, name).toHaveProperty(['application/problem+json']);
    }
  });

  it('names every variable of every path, and every operation once', async () => {
    const all = await operations();
    for (const { path, operation } of all) {
      const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(
        variables,
      );
    }
    expect(new Set(all.map(({ operation }) => operation.operationId)).size).toBe(all.length);
  });

  it('asks for the operator key wherever the API does', async () => {
    for (const { path, method, operation } of await operations()) {
      const address = path.replace(/\{\w+\}/g, 'x');
      const answer = await api.request(method.toUpperCase(), address, {
        key: null,
        ...(method !== 'get' && { body: {} }),
      });
      expect(answer.status === 401, `${method} ${path}`).toBe(operation.security.length > 0);
    }
  });

  it.each([
    ['/v1/pages/{page}/updates', 'post', UPDATE, { ...UPDATE, status: 'exploded' }],
    ['/v1/pages/{page}', 'put', PAGE, { ...PAGE, url: 7 }],
    ['/v1/pages/{page}/subscribers', 'post', SUBSCRIBERS.webhook, { channel: 'fax' }],
    ['/v1/pages/{page}/sources/statuspage/{token}', 'post', statuspagePayload(), 'text'],
  ] as const)('of %s takes what the API takes', async (path, method, good, bad) => {
    const schema = await requestSchema(path, method);
    expect(schema.safeParse(good).error).toBeUndefined();
    expect(schema.safeParse(bad).success).toBe(false);
  });
});

describe('every operation', () => {
  /** In an order in which each finds what it needs; `{subscriber}` is the webhook that the third of them adds. */
  const CALLS: readonly (readonly [route: string, body?: object])[] = [
    ['PUT /v1/pages/{page}', PAGE],
    ['POST /v1/pages/{page}/updates', UPDATE],
    ['POST /v1/pages/{page}/subscribers', SUBSCRIBERS.webhook],
    ['POST /v1/pages/{page}/sources/statuspage/{token}', statuspagePayload()],
    ['GET /v1/pages/{page}/updates/{update}/receipt'],
    ['GET /v1/pages/{page}/incidents/{incident}'],
    ['GET /v1/pages/{page}/subscribers'],
    ['GET /v1/pages/{page}/subscribers/count'],
    ['GET /v1/pages/{page}/subscribers/histogram_by_state'],
    ['GET /v1/pages/{page}/subscribers/{subscriber}'],
    ['PATCH /v1/pages/{page}/subscribers/{subscriber}', { component_ids: ['push-api'] }],
    ['POST /v1/pages/{page}/subscribers/{subscriber}/test'],
    ['POST /v1/pages/{page}/subscribers/{subscriber}/resend', { update: UPDATE.id }],
    ['POST /v1/pages/{page}/subscribers/{subscriber}/recover', { since: '2021-10-13T07:00:00Z' }],
    ['POST /v1/pages/{page}/subscribers/{subscriber}/rotate_secret'],
    ['POST /v1/pages/{page}/subscribers/{subscriber}/key_pair', { on: true }],
    ['GET /v1/pages/{page}/subscribers/{subscriber}/attempts'],
    ['POST /v1/pages/{page}/incidents/{incident}/subscribers', { subscriber: { email: 'ada@example.com' } }],
    ['GET /v1/pages/{page}/incidents/{incident}/subscribers'],
    ['GET /v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}'],
    ['POST /v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}/resend_confirmation'],
    ['POST /v1/pages/{page}/subscribers/{subscriber}/resend_confirmation'],
    ['POST /v1/pages/{page}/subscribers/resend_confirmation', { subscribers: 'all' }],
    ['DELETE /v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}'],
    ['DELETE /v1/pages/{page}/subscribers/{subscriber}'],
    ['GET /v1/pages/{page}/subscribers/unsubscribed'],
    ['POST /v1/pages/{page}/subscribers/unsubscribe', { subscribers: 'all' }],
    ['POST /v1/pages/{page}/subscribers/reactivate', { subscribers: 'all' }],
    ['POST /v1/pages/{page}/person', { address: 'ada@example.com' }],
    ['POST /v1/pages/{page}/erase', { address: 'ada@example.com' }],
    ['GET /openapi.json'],
  ];

  it('answers as it is described when all is well', async () => {
    const known = new Map([
      ['page', 'example'],
      ['update', UPDATE.id],
      ['incident', UPDATE.incident.id],
      ['token', STATUSPAGE_TOKEN],
    ]);
    for (const [route, body] of CALLS) {
      const [method = '', path = ''] = route.split(' ');
      const address = path.replace(/\{(\w+)\}/g, (_, name) => known.get(name) ?? '');
      const answer = await api.request(method, address, body && { body });
      expect(answer.status, route).toBeLessThan(300);
      // Whom the calls that come next are about; each has waited long enough to be asked again.
      const { id } = (await answer.json()) as { id?: string }; // of a subscriber that was added
      if (id !== undefined && route.endsWith('/subscribers')) known.set('subscriber', id);
      api.clock.advance(HOUR);
    }
    const described = (await operations()).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(CALLS.map(([route]) => route).sort()).toEqual(described.sort());
  });
});

describe('every deployed route', () => {
  it.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s is served by its function',
    async (_, { method, path, function: name }) => {
      const app = api.apps[name];
      const address = `${PUBLIC_URL}${path.replace(/\{\w+\}/g, 'x')}`;
      const answer = await app?.request(address, { method, headers: { authorization: 'Bearer wrong' } });
      expect(await answer?.text()).not.toContain('"not-found"');
    },
  );

  it('is the only thing that a function serves', async () => {
    for (const app of [api.apps.ingest, api.apps.feedback]) {
      const answer = await app?.request(`${PUBLIC_URL}/elsewhere`);
      expect(await answer?.json()).toMatchObject({ status: 404, code: 'not-found' });
    }
    const page = await api.apps.subscriptions?.request(`${PUBLIC_URL}/elsewhere`);
    expect(page?.status).toBe(404);
    expect(await page?.text()).toContain('There is no such page');
  });
});
