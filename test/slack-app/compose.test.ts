import { afterEach, describe, expect, it, vi } from 'vitest';
import { compose } from '../../lambdas/slack-app/compose.ts';
import { MINUTE } from '../../shared/domain/time.ts';
import { httpServer } from '../channels/http-server.ts';
import { startSqs } from '../runtime/queues.ts';
import { RECORD, SETTINGS, sign } from './world.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** The function as it starts, with secrets of a server of the test's. */
async function start(slack: object, deadLetterQueueUrl = 'http://127.0.0.1:9/queue') {
  const key = 'a-key-of-at-least-32-characters-0123';
  const secrets: Record<string, object> = { slack, installation: { key }, address: { key } };
  const server = await httpServer(({ body }) => {
    const { SecretId = '' } = JSON.parse(body) as { SecretId?: string };
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return { headers, body: { ARN: SecretId, SecretString: JSON.stringify(secrets[SecretId]) } };
  });
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
    SUBSCRIBERS_TABLE: 'subscribers',
    INCIDENTS_TABLE: 'incidents',
    DELIVERIES_TABLE: 'deliveries',
    PUBLIC_URL: 'https://fanout.example.com',
    SLACK_URL: 'https://slack.com/api/',
    SLACK_WORK_QUEUE_URL: 'http://127.0.0.1:9/queue',
    DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
    SLACK_SECRET_ARN: 'slack',
    INSTALLATION_KEY_SECRET_ARN: 'installation',
    ADDRESS_KEY_SECRET_ARN: 'address',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return compose();
}

function request(path: string, body: string, signature: string, timestamp: string) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {
      host: 'fanout.example.com',
      'x-slack-signature': signature,
      'x-slack-request-timestamp': timestamp,
    },
    requestContext: { domainName: 'fanout.example.com', http: { method: 'POST', path } },
    body,
    isBase64Encoded: false,
  };
}

describe('the function', () => {
  it.each([
    ['as the stack makes it', { tokens: {} }],
    ['with a member missing', { ...SETTINGS, signingSecret: undefined }],
    ['with a member empty', { ...SETTINGS, clientSecret: '', tokens: {} }],
  ])('answers 404 while its secret is not filled in: %s', async (_, slack) => {
    const { answerHttp } = await start(slack);
    // The adapter's type asks for every member that API Gateway may send.
    const answer = await answerHttp(request('/slack/events', '{}', '', '') as never);
    expect(answer).toMatchObject({ statusCode: 404 });
  });

  it('answers Slack and nobody else once it is', async () => {
    const { answerHttp } = await start(SETTINGS);
    const body = '{"type":"url_verification","challenge":"abc"}';
    const now = String(Math.floor(Date.now() / 1_000));
    const good = request('/slack/events', body, sign(body, now), now);
    const bad = request('/slack/events', body, sign(body, now, 'another'), now);
    expect(await answerHttp(good as never)).toMatchObject({ statusCode: 200, body: 'abc' });
    expect(await answerHttp(bad as never)).toMatchObject({ statusCode: 403 });
  });

  it('knows a signing secret that was replaced while it runs, and forgets the old one', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const slack = { ...SETTINGS };
    const { answerHttp } = await start(slack);
    const body = '{"type":"url_verification","challenge":"abc"}';
    const statusFor = async (secret: string) => {
      const now = String(Math.floor(Date.now() / 1_000));
      const event = request('/slack/events', body, sign(body, now, secret), now);
      return (await answerHttp(event as never)) as { statusCode: number };
    };
    const replaced = 'f'.repeat(32);
    Object.assign(slack, { signingSecret: replaced });
    expect(await statusFor(SETTINGS.signingSecret)).toMatchObject({ statusCode: 200 });
    vi.setSystemTime(Date.now() + MINUTE);
    expect(await statusFor(replaced)).toMatchObject({ statusCode: 200 });
    expect(await statusFor(SETTINGS.signingSecret)).toMatchObject({ statusCode: 403 });
  });

  it('puts messages aside that are not its own, with the reason', async () => {
    const sqs = await startSqs();
    const url = await sqs.create('dead');
    const { answerWork } = await start(SETTINGS, url);
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', new URL(url).origin);
    const silent = vi.spyOn(console, 'log').mockImplementation(() => {});
    expect(await answerWork({ Records: [{ ...RECORD, messageId: 'm1', body: 'hello' }] })).toEqual({
      batchItemFailures: [],
    });
    expect(silent).toHaveBeenCalledOnce();
    silent.mockRestore();
    const [dead] = await sqs.receiveAll(url);
    expect(dead?.Body).toBe('hello');
    expect(dead?.MessageAttributes?.['reason']?.StringValue).toContain('does not open');
    await sqs.stop();
  });
});
