import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN } from '../../local/stack/aws-client.ts';
import { matches, parsePattern } from '../../local/stack/events/pattern.ts';
import { ratePeriodMs } from '../../local/stack/events/rate.ts';
import { type Fixture, runFixture } from './stack-fixture/run.ts';
import { lambda, queue, rule } from './stack-fixture/template.ts';

interface Seen {
  readonly event: Record<string, unknown>;
}

describe('event rules and schedules', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await runFixture(
      {
        ...lambda('Listener', 'inspector'),
        ...rule('Updates', 'Listener', {
          EventPattern: { source: [{ prefix: 'status' }], 'detail-type': ['Incident Update'] },
        }),
        ...lambda('Sweeper', 'inspector'),
        ...rule('EachMinute', 'Sweeper', { ScheduleExpression: 'rate(1 minute)' }),
        ...rule('Off', 'Sweeper', { ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' }),
        ...queue('Failed'),
        ...lambda('Careful', 'inspector'),
        ...rule('Careless', 'Careful', { EventPattern: { source: ['test.fail'] } }),
        Retries: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'Careful' },
            Qualifier: '$LATEST',
            MaximumRetryAttempts: 1,
            DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
          },
        },
        ...lambda('Old', 'inspector', {
          DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['FailedDead', 'Arn'] } },
        }),
        ...rule('OldRule', 'Old', { EventPattern: { source: ['test.old'] } }),
      },
      { sweepEverySeconds: 0.1, retryDelaysSeconds: [0.05, 0.05] },
    );
  });

  afterAll(() => fixture?.stop());

  async function receive(logicalId: string) {
    const client = new SQSClient({
      endpoint: fixture.stack.endpoints.sqs,
      region: 'us-east-1',
      credentials: ADMIN,
    });
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: fixture.queueUrl(logicalId),
        WaitTimeSeconds: 10,
        MessageAttributeNames: ['All'],
      }),
    );
    client.destroy();
    return Messages?.[0];
  }

  it('hands an event to the function whose rule matches, and to no other', async () => {
    await fixture.stack.emit({ source: 'status.page', detailType: 'Other', detail: {} });
    await fixture.stack.emit({ source: 'status.page', detailType: 'Incident Update', detail: { id: 'u1' } });
    await expect.poll(() => fixture.logged('Listener').length).toBe(1);
    expect(fixture.logged<Seen>('Listener')[0]?.event).toStrictEqual({
      version: '0',
      id: expect.any(String),
      source: 'status.page',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'us-east-1',
      resources: [],
      'detail-type': 'Incident Update',
      detail: { id: 'u1' },
    });
  });

  it('fires an enabled schedule at the period asked for', async () => {
    await expect.poll(() => fixture.logged('Sweeper').length, { timeout: 5_000 }).toBeGreaterThanOrEqual(3);
    expect(fixture.logged<Seen>('Sweeper')[0]?.event).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/Fixture-EachMinute'],
      detail: {},
    });
  });

  it('tries a failed event again, then hands it to the failure destination', async () => {
    await fixture.stack.emit({ source: 'test.fail', detailType: 'T', detail: { fail: 'no luck' } });
    const message = await receive('Failed');
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Fixture-Careful:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
      },
      requestPayload: { source: 'test.fail', detail: { fail: 'no luck' } },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorType: 'RangeError', errorMessage: 'no luck' },
    });
    expect(fixture.stack.statistics()['Careful']).toMatchObject({ invocations: 2, errors: 2 });
  });

  it("without a policy tries three times, then hands the event to the function's dead-letter queue", async () => {
    await fixture.stack.emit({ source: 'test.old', detailType: 'T', detail: { fail: 'never' } });
    const message = await receive('FailedDead');
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ source: 'test.old' });
    expect(message?.MessageAttributes).toMatchObject({
      RequestID: { StringValue: expect.any(String) },
      ErrorCode: { StringValue: '200' },
      ErrorMessage: { StringValue: 'never' },
    });
    expect(fixture.stack.statistics()['Old']).toMatchObject({ invocations: 3, errors: 3 });
  });
});

describe('an event pattern', () => {
  const event = {
    source: 'shop',
    detail: { state: 'open', count: 2, ok: true, none: null, tags: ['a', 'b'], deep: { er: 'x' } },
  };

  it.each<[string, unknown, boolean]>([
    ['nothing', {}, true],
    ['a value', { source: ['shop'] }, true],
    ['another value', { source: ['stop'] }, false],
    ['one of several', { source: ['stop', 'shop'] }, true],
    ['two fields, one of them wrong', { source: ['shop'], detail: { state: ['shut'] } }, false],
    ['number, boolean and null', { detail: { count: [2], ok: [true], none: [null] } }, true],
    ['a number as text', { detail: { count: ['2'] } }, false],
    ['a member of a list', { detail: { tags: ['b'] } }, true],
    ['a field deep inside', { detail: { deep: { er: ['x'] } } }, true],
    ['a field that is not there', { detail: { absent: ['x'] } }, false],
    ['prefix', { source: [{ prefix: 'sh' }] }, true],
    ['another prefix', { source: [{ prefix: 'op' }] }, false],
    ['exists', { detail: { state: [{ exists: true }] } }, true],
    ['exists, but not there', { detail: { absent: [{ exists: true }] } }, false],
    ['exists not', { detail: { absent: [{ exists: false }] } }, true],
    ['exists not, but there', { detail: { state: [{ exists: false }] } }, false],
  ])('%s', (_what, pattern, expected) => {
    expect(matches(parsePattern(pattern), event)).toBe(expected);
  });
});

it.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
])('%s is %i ms', (expression, periodMs) => {
  expect(ratePeriodMs(expression)).toBe(periodMs);
});
