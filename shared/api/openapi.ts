import * as z from 'zod/mini';
import { ROUTES } from '../deployment/functions.ts';
import type { Operation, Schema } from './openapi-operation.ts';
import { SUBSCRIBER_OPERATIONS } from './openapi-subscribers.ts';
import { PROBLEM_CODES } from './problem.ts';
import {
  acceptedSchema,
  incidentSchema,
  pageSchema,
  problemSchema,
  receiptSchema,
  storedPageSchema,
  updateSchema,
} from './schemas.ts';

/** Routes of operators and sources; pages that people open and what providers report are not for programs. */
type Described = Extract<(typeof ROUTES)[number], { function: 'ingest' | 'operate' }>;
type NameOf<R> = R extends { method: infer M extends string; path: infer P extends string }
  ? `${M} ${P}`
  : never;
type Route = NameOf<Described>;

/** What the routes say of themselves. The type demands an entry for every one of them, and no other. */
const OPERATIONS: Readonly<Record<Route, Operation>> = {
  'POST /v1/pages/{page}/updates': {
    id: 'publishUpdate',
    summary: 'Publish an update of an incident. Repeating it with the same content changes nothing.',
    request: updateSchema,
    responses: {
      202: { description: 'Stored: its subscribers will be told', schema: acceptedSchema },
      200: { description: 'The same update was accepted before', schema: acceptedSchema },
      409: { description: 'The id is taken by other content', schema: problemSchema },
    },
  },
  'POST /v1/pages/{page}/sources/statuspage/{token}': {
    id: 'publishFromStatuspage',
    summary: 'Take in an Atlassian Statuspage webhook. The token in the path is the credential.',
    request: z.looseObject({}),
    responses: {
      202: { description: 'Stored', schema: acceptedSchema },
      200: {
        description: 'Known before, or not for subscribers: then it says why',
        schema: z.union([acceptedSchema, z.strictObject({ ignored: z.string() })]),
      },
    },
    open: true,
  },
  'PUT /v1/pages/{page}': {
    id: 'putPage',
    summary: 'Create or change a page and its components.',
    request: pageSchema,
    responses: { 200: { description: 'The page', schema: storedPageSchema } },
  },
  ...SUBSCRIBER_OPERATIONS,
  'GET /v1/pages/{page}/updates/{update}/receipt': {
    id: 'getReceipt',
    summary:
      'Who was told: numbers that add up, exact once complete; and when the others will have been, as far as can be said.',
    responses: { 200: { description: 'The receipt', schema: receiptSchema } },
  },
  'GET /v1/pages/{page}/incidents/{incident}': {
    id: 'getIncident',
    summary: 'An incident with its updates and their receipts.',
    responses: { 200: { description: 'The incident', schema: incidentSchema } },
  },
  'GET /openapi.json': {
    id: 'getDescription',
    summary: 'This document.',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
    open: true,
  },
};

/** The operator's API as OpenAPI 3.1, made from the schemas that validate. */
export function openApi(publicUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path } of ROUTES) {
    const operation = (OPERATIONS as Readonly<Record<string, Operation>>)[`${method} ${path}`]; // others are not described
    if (operation === undefined) continue;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(path, operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'incident-fanout',
      version: '1',
      description: 'Tells the subscribers of a status page of every incident update, once and in order.',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: { operatorKey: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Problem: { ...jsonSchema(problemSchema), description: `Codes: ${PROBLEM_CODES.join(', ')}` },
      },
    },
  };
}

function describe(path: string, { id, summary, query, request, responses, open }: Operation): object {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    operationId: id,
    summary,
    parameters: [...parameters, ...queryParameters(query)],
    ...(open ? { security: [] } : { security: [{ operatorKey: [] }] }),
    ...(request && { requestBody: { required: true, content: json(request) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, { description, schema }]) => [
          status,
          { description, ...(schema && { content: Number(status) < 400 ? json(schema) : problem }) },
        ]),
      ),
      '4XX': { description: 'A fault of the request', content: problem },
      '5XX': { description: 'Trouble of ours: nothing was lost, try again', content: problem },
    },
  };
}

/** The parameters of a query: each is optional. */
function queryParameters(query: Schema | undefined): readonly object[] {
  const { properties = {} } = query ? z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' }) : {};
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function json(schema: Schema): object {
  return { 'application/json': { schema: jsonSchema(schema) } };
}

function jsonSchema(schema: Schema): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
