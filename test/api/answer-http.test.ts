import type { LambdaEvent } from 'hono/aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerHttp } from '../../shared/api/answer-http.ts';
import { newApp } from '../../shared/api/new-app.ts';

const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => complaints.mockClear());

const app = newApp(() => {});
app.get('/said', async (context) => context.text(`nothing but ${await context.req.text()}.`));
app.post('/said', async (context) => context.text(`${await context.req.text()}.`));
const answer = answerHttp(app);

/** As an HTTP API hands it over, with a form: those come as base64. */
function event(method: string, path: string): LambdaEvent {
  const given = {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '3' },
    requestContext: { domainName: 'fanout.example.com', http: { method, path } },
    body: Buffer.from('a=b').toString('base64'),
    isBase64Encoded: true,
  };
  return given as unknown as LambdaEvent; // the adapter's type asks for every member that API Gateway may send
}

describe('a request with a body', () => {
  it.each([
    ['GET', 'nothing but .'],
    ['HEAD', ''],
    ['POST', 'a=b.'],
  ])('is answered like any other: %s', async (method, body) => {
    expect(await answer(event(method, '/said'))).toMatchObject({ statusCode: 200, body });
    expect(complaints).not.toHaveBeenCalled();
  });

  it('meets the problem that is to be met', async () => {
    const met = await answer(event('GET', '/nowhere'));
    expect(met).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(complaints).not.toHaveBeenCalled();
  });
});
