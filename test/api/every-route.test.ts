import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROUTES } from '../../shared/deployment/functions.ts';
import { PUBLIC_URL } from './api.ts';
import { type Refusals, startRefusals } from './refusals.ts';

let refusals: Refusals;
beforeAll(async () => {
  refusals = await startRefusals();
});
afterAll(() => refusals.stop());

/** In place of any part of a path: nobody's, and names that mean something to JavaScript, keys of tables, paths or headers. */
const ODD = [
  'nobody',
  '__proto__',
  'constructor',
  'limit',
  'x'.repeat(65),
  'x'.repeat(5_000),
  '%00',
  '%2e%2e',
  'a%2Fb',
  'a%23b',
  '%25zz',
  '%ff',
  '%E2%80%AE',
  '%0d%0aset-cookie:x=1',
  `${Buffer.from(`__proto__|sms|${'a'.repeat(24)}`).toString('base64url')}.${'A'.repeat(43)}`,
  Buffer.from(`limit|sms|${'a'.repeat(24)}`).toString('base64url'),
];

const QUERIES = [
  '?q=%00',
  '?q=%ff&q=a',
  '?page=-1',
  '?__proto__=1',
  '?done=constructor',
  '?channel=__proto__',
];

const BODIES = [
  ['application/json', '{"__proto__":{"a":1},"subscriber":{"__proto__":null}}'],
  ['application/json', '['.repeat(60_000)],
  ['application/json', 'x'.repeat(300_000)],
  ['application/x-www-form-urlencoded', 'subscriber[__proto__]=a&subscriber[]=b&subscriber=c&do=constructor'],
  [
    'application/x-www-form-urlencoded',
    'channel=email&email=%ff%00@a&kinds=__proto__&code=123456&payload=%7B',
  ],
  [
    'application/x-www-form-urlencoded',
    'channel=webhook&url=https://[::1]/&ownerEmail=a@b.example&format=toString',
  ],
  ['text/plain', '{}'],
] as const;

function* tries() {
  for (const { method, path } of ROUTES) {
    const known = path.replace('{page}', refusals.page).replace(/\{\w+\}/g, 'nobody');
    yield { method, path: known };
    for (const name of path.match(/\{\w+\}/g) ?? []) {
      for (const odd of ODD)
        yield {
          method,
          path: path
            .replace(name, odd)
            .replace('{page}', refusals.page)
            .replace(/\{\w+\}/g, 'nobody'),
        };
    }
    for (const query of QUERIES) yield { method, path: `${known}${query}` };
    if (method === 'GET' || method === 'HEAD') continue;
    for (const [type, body] of BODIES) yield { method, path: known, body, headers: { 'content-type': type } };
  }
}

/** What leaves of us only by accident. */
const INNARDS = /node_modules|\.ts:\d|\bat \w+.*:\d+:\d+|TypeError|SyntaxError|ValidationException|arn:aws/;

it('every route answers whatever comes, says no word of its innards, and has the headers that browsers heed', async () => {
  const { api } = refusals;
  let tried = 0;
  for (const { method, path, ...options } of tries()) {
    tried++;
    const route = ROUTES.find((one) => one.method === method && matches(one.path, path));
    if (route === undefined) throw new Error(`Expected a route for ${method} ${path}`);
    const app = api.apps[route.function];
    if (app === undefined) throw new Error(`Expected an app for ${route.function}`);
    const answer = await app.request(`${PUBLIC_URL}${path}`, {
      method,
      ...options,
      headers: {
        authorization: 'Bearer operator-key-of-the-tests-0123456789',
        ...('headers' in options && options.headers),
      },
    });
    const said = `${method} ${path.slice(0, 80)} -> ${answer.status}`;
    const body = await answer.text();
    expect(answer.status, said).toBeLessThan(500);
    expect(body, said).not.toMatch(INNARDS);
    expect(headersOf(answer), said).toEqual(expectedOf(answer));
    expect(answer.headers.has('set-cookie'), said).toBe(false);
  }
  expect(tried).toBeGreaterThan(1_500);
}, 120_000);

const WATCHED = [
  'cache-control',
  'x-content-type-options',
  'strict-transport-security',
  'content-security-policy',
  'x-frame-options',
  'referrer-policy',
] as const;

function headersOf({ headers }: Response) {
  return Object.fromEntries(WATCHED.map((name) => [name, headers.get(name)]));
}

/** A page's address is a credential at times; a feed is anybody's; all else is for who has asked. */
function expectedOf({ headers }: Response) {
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  const isFeed = headers.has('etag');
  return {
    'cache-control': isFeed ? expect.stringContaining('public') : 'no-store',
    'x-content-type-options': 'nosniff',
    'strict-transport-security': 'max-age=31536000',
    'content-security-policy': isPage
      ? expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/)
      : null,
    'x-frame-options': isPage ? 'DENY' : null,
    'referrer-policy': isPage ? 'no-referrer' : null,
  };
}

function matches(pattern: string, path: string): boolean {
  const [bare = ''] = path.split('?');
  return new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare);
}
