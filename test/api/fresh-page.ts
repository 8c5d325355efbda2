import { expect } from 'vitest';
import type { Api } from './api.ts';
import { PAGE } from './bodies.ts';

let pages = 0;

/** A page of its own for one test, made by the front door. */
export async function freshPage(api: Api): Promise<string> {
  const id = `page-${++pages}`;
  const answer = await api.request('PUT', `/v1/pages/${id}`, { body: PAGE });
  expect(answer.status).toBe(200);
  return id;
}
