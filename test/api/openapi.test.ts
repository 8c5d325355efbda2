import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openApi } from '../../shared/api/openapi.ts';
import { ROUTES } from '../../shared/deployment/functions.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Api, createApi, PUBLIC_URL } from './api.ts';
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
      for (const body of bodies) {
        for (const { schema } of Object.values(body?.content ?? {})) {
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
