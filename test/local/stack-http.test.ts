import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileRoutes } from '../../local/stack/http/match-route.ts';
import { type Fixture, runFixture } from './stack-fixture/run.ts';
import { httpApi, lambda } from './stack-fixture/template.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await runFixture(
    {
      ...lambda('Web', 'web'),
      ...httpApi('Web', ['GET /things/{thing}', 'POST /things/{thing}', 'GET /answers'], 500),
    },
    {
      localRoutes: (request) =>
        new URL(request.url).pathname === '/_local/echo'
          ? request.text().then((text) => new Response(`${request.method} ${text}`, { status: 203 }))
          : undefined,
    },
  );
});

afterAll(() => fixture?.stop());

async function eventOf(path: string, init: RequestInit = {}): Promise<APIGatewayProxyEventV2> {
  const response = await fetch(`${fixture.stack.apiUrl}${path}`, init);
  return (await response.json()) as APIGatewayProxyEventV2;
}

const answer = (kind: string) => fetch(`${fixture.stack.apiUrl}/answers?answer=${kind}`);

describe('an event of the HTTP API', () => {
  it('has payload format 2.0', async () => {
    const event = await eventOf('/things/a%20b%2Fc?x=1&x=2&y=%20z', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Mine': 'Yes',
        Cookie: 'a=1; b=2',
        'User-Agent': 'me',
      },
      body: '{"grüß":"😀"}',
    });
    const host = fixture.stack.apiUrl.replace('http://', '');
    expect(event).toStrictEqual({
      version: '2.0',
      routeKey: 'POST /things/{thing}',
      rawPath: '/things/a b/c',
      rawQueryString: 'x=1&x=2&y=%20z',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({ 'content-type': 'application/json', 'x-mine': 'Yes', host }),
      queryStringParameters: { x: '1,2', y: ' z' },
      pathParameters: { thing: 'a b/c' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'Api',
        domainName: host,
        domainPrefix: '127',
        http: {
          method: 'POST',
          path: '/things/a b/c',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'me',
        },
        requestId: expect.any(String),
        routeKey: 'POST /things/{thing}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"grüß":"😀"}',
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty('cookie');
  });

  it('leaves out what a request does not have', async () => {
    const event = await eventOf('/things/1');
    for (const absent of ['body', 'cookies', 'queryStringParameters'])
      expect(event).not.toHaveProperty(absent);
    expect(event.isBase64Encoded).toBe(false);
  });

  it.each<[string | undefined, boolean]>([
    ['text/plain; charset=utf-8', false],
    ['application/json', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    [undefined, true],
  ])('with a body of type %s is in base64: %s', async (type, encoded) => {
    const event = await eventOf('/things/1', {
      method: 'POST',
      body: new TextEncoder().encode('a=1'),
      headers: type === undefined ? {} : { 'content-type': type },
    });
    expect(event).toMatchObject({ body: encoded ? 'YT0x' : 'a=1', isBase64Encoded: encoded });
  });
});

describe('an answer of the HTTP API', () => {
  it('is the body of a 200 when it has no status', async () => {
    const response = await answer('bare');
    expect([response.status, response.headers.get('content-type'), await response.text()]).toStrictEqual([
      200,
      'application/json',
      '{"hello":"world"}',
    ]);
  });

  it('has status, headers, cookies and body', async () => {
    const response = await answer('full');
    expect([response.status, await response.text()]).toStrictEqual([201, '<p>']);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(response.headers.get('x-number')).toBe('7');
    expect(response.headers.getSetCookie()).toStrictEqual(['a=1; Path=/', 'b=2']);
  });

  it('is decoded from base64', async () => {
    const response = await answer('binary');
    expect(Buffer.from(await response.arrayBuffer())).toStrictEqual(Buffer.from([0, 255, 128]));
  });

  it('may be empty', async () => {
    expect((await answer('plain')).status).toBe(204);
  });

  it.each([
    ['throw', 500, 'Internal Server Error'],
    ['wrong', 500, 'Internal Server Error'],
    ['hang', 503, 'Service Unavailable'],
  ])("%s: is the gateway's own, with %i", async (kind, status, message) => {
    const response = await answer(kind);
    expect([response.status, await response.json()]).toStrictEqual([status, { message }]);
  });
});

describe('a request that no route takes', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/things'],
    ['GET', '/things/'],
    ['GET', '/things/1/'],
    ['PUT', '/things/1'],
    ['HEAD', '/things/1'],
    ['OPTIONS', '/things/1'],
    ['GET', '/_local/unknown'],
  ])('%s %s: 404', async (method, path) => {
    const response = await fetch(`${fixture.stack.apiUrl}${path}`, { method });
    expect(response.status).toBe(404);
    if (method !== 'HEAD') expect(await response.json()).toStrictEqual({ message: 'Not Found' });
  });

  it('is refused when its path is no UTF-8', async () => {
    expect((await fetch(`${fixture.stack.apiUrl}/things/%ff`)).status).toBe(400);
  });

  it('is refused over 10 MB', async () => {
    const response = await fetch(`${fixture.stack.apiUrl}/things/1`, {
      method: 'POST',
      body: Buffer.alloc(10_000_001),
    });
    expect([response.status, await response.json()]).toStrictEqual([
      413,
      { message: 'Request Entity Too Large' },
    ]);
  });
});

it('answers under /_local/ in the parent process', async () => {
  const response = await fetch(`${fixture.stack.apiUrl}/_local/echo`, { method: 'POST', body: 'hello' });
  expect([response.status, await response.text()]).toStrictEqual([203, 'POST hello']);
});

describe('compileRoutes', () => {
  const keys = [
    '$default',
    'ANY /{proxy+}',
    'GET /a/{x}',
    'ANY /a/b',
    'GET /a/b',
    'GET /a/{x}/c',
    'GET /a/{rest+}',
  ];
  // Only the keys matter here.
  const match = compileRoutes(keys.map((routeKey) => ({ routeKey }) as never));

  it.each([
    ['GET', '/a/b', 'GET /a/b', {}],
    ['POST', '/a/b', 'ANY /a/b', {}],
    ['GET', '/a/1', 'GET /a/{x}', { x: '1' }],
    ['GET', '/a/1/c', 'GET /a/{x}/c', { x: '1' }],
    ['GET', '/a/1/d', 'GET /a/{rest+}', { rest: '1/d' }],
    ['POST', '/z/y', 'ANY /{proxy+}', { proxy: 'z/y' }],
    ['GET', '/', '$default', {}],
  ])('%s %s goes to %s', (method, path, routeKey, pathParameters) => {
    expect(match(method, path)).toStrictEqual({ route: { routeKey }, pathParameters });
  });
});
