import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { STATUSPAGE_TOKEN } from './api.ts';
import { PAGE, SUBSCRIBERS, statuspagePayload, UPDATE } from './bodies.ts';
import { readProblem } from './problems.ts';
import { type Refusals, startRefusals } from './refusals.ts';

let refusals: Refusals;
beforeAll(async () => {
  refusals = await startRefusals();
});
afterAll(() => refusals.stop());

/** Every route with a body, with one that it takes. */
const ROUTES = [
  { method: 'POST', path: '/v1/pages/page-1/updates', good: UPDATE },
  { method: 'PUT', path: '/v1/pages/other', good: PAGE },
  { method: 'POST', path: '/v1/pages/page-1/subscribers', good: SUBSCRIBERS.slack },
  {
    method: 'POST',
    path: `/v1/pages/page-1/sources/statuspage/${STATUSPAGE_TOKEN}`,
    good: { incident: strictPart() },
  },
] as const;

/** The members of a Statuspage payload that are read, all of them needed. */
function strictPart() {
  const { id, name, impact, incident_updates } = statuspagePayload().incident;
  const [{ id: updateId, status, created_at } = { id: '', status: '', created_at: '' }] =
    incident_updates as { id: string; status: string; created_at: string }[]; // as `bodies.ts` has them
  return { id, name, impact, incident_updates: [{ id: updateId, status, created_at }] };
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

/** Every place in a value. */
function placesIn(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

/** The value with another thing in one place. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) }; // `placesIn` went in here
  Object.defineProperty(copy, key, {
    value: replaced(Reflect.get(copy, key), rest, by),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

/** Not of the kind that is expected anywhere: numbers, and things with names of prototypes. */
const wrong: fc.Arbitrary<Json> = fc.oneof(
  fc.double({ noNaN: true }),
  fc.bigInt().map(Number),
  fc.constantFrom<Json>(
    { __proto__: null, length: 1 },
    { toString: 1 },
    { valueOf: null },
    [[[]]],
    [null],
    [7],
  ),
  fc.dictionary(fc.constantFrom('constructor', 'prototype', 'then', 'toJSON', '\u0000', ''), fc.string(), {
    minKeys: 1,
  }),
);

/** The third reads its page first: a tenth of the tries will do for it. */
const [publish, putPage, subscribe, statuspage] = ROUTES;
const anyRoute = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(publish, putPage, statuspage) },
  { weight: 1, arbitrary: fc.constant(subscribe) },
);

const mutated = anyRoute.chain((route) =>
  fc
    .record({ at: fc.constantFrom(...placesIn(route.good)), by: wrong })
    .map(({ at, by }) => ({ route, body: JSON.stringify(replaced(route.good, at, by)) })),
);

const junk = fc.record({
  route: anyRoute,
  body: fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
    fc.string().map((text) => `{"__proto__":${JSON.stringify(text)}}`),
    fc.integer({ min: 1, max: 5_000 }).map((depth) => '[{"a":'.repeat(depth)),
  ),
});

it('no hostile body gets a 5xx, changes an item or rings a doorbell, in 10,000 tries', async () => {
  const { api } = refusals;
  const before = await api.everything();
  const codes = new Set<string>();
  let tries = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: junk }),
      async (one) => {
        tries++;
        const { method, path } = one.route;
        const answer = await api.request(method, path, { body: one.body });
        // In full for a first answer of each kind; ten thousand times over it would take longer than the requests.
        const { code = 'none' } = (await answer.clone().json()) as { code?: string }; // judged by `readProblem`
        if (answer.status < 400 || answer.status >= 500)
          throw new Error(`Expected 4xx, got ${answer.status}`);
        if (!codes.has(code)) await readProblem(answer);
        codes.add(code);
      },
    ),
    { numRuns: 10_000 },
  );
  expect(await api.everything()).toEqual(before);
  expect(api.doorbells).toHaveLength(4); // of the one update that was there before
  expect([...codes].sort()).toEqual(['invalid-body', 'invalid-json']);
  expect(tries).toBeGreaterThanOrEqual(10_000);
}, 60_000);
