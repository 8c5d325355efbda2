import { expect } from 'vitest';
import type { Api } from './api.ts';

/** Codes of the API as clients know them: a new name for one would break them. */
const CODES = {
  'invalid-json': 400,
  'invalid-id': 400,
  unauthorized: 401,
  'unknown-page': 404,
  'unknown-update': 404,
  'unknown-incident': 404,
  'unknown-source': 404,
  'not-found': 404,
  'update-conflict': 409,
  'body-too-large': 413,
  'incident-too-large': 422,
  'invalid-body': 422,
  'unknown-component': 422,
  'unsupported-channel': 422,
} as const;

export type Code = keyof typeof CODES;

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly { readonly path: string; readonly message: string }[];
}

/** The response is an RFC 9457 problem that says what was expected and what was got. */
export async function readProblem(response: Response): Promise<ProblemBody> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as ProblemBody; // judged below, member by member
  expect(Object.keys(CODES)).toContain(problem.code);
  expect(response.status).toBe(CODES[problem.code as Code]); // it is one of them
  expect(problem.status).toBe(response.status);
  expect(problem.type).toBe(`urn:incident-fanout:problem:${problem.code}`);
  expect(problem.title).toMatch(/^\S.*[^.]$/);
  for (const text of [problem.detail, ...(problem.faults ?? []).map(({ message }) => message)]) {
    expect(text).toMatch(/^Expected .+, got .+/);
  }
  return problem;
}

/** Runs a request that must change nothing: no item of any table, no doorbell. */
export async function changingNothing<T>(api: Api, act: () => Promise<T>): Promise<T> {
  const before = await api.everything();
  const rung = api.doorbells.length;
  const result = await act();
  expect(await api.everything()).toEqual(before);
  expect(api.doorbells).toHaveLength(rung);
  return result;
}
