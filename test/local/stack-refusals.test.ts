import { afterEach, describe, expect, it } from 'vitest';
import { type StackOptions, startStack } from '../../local/stack/start-stack.ts';
import { lambda, mapping, queue, type Resources, rule, writeTemplate } from './stack-fixture/template.ts';

/** What was refused leaves nothing running: no server, no process. */
afterEach(() =>
  expect
    .poll(() => process.getActiveResourcesInfo().filter((kind) => /TCPServer|Process/.test(kind)))
    .toStrictEqual([]),
);

function start(resources: Resources, options: Partial<StackOptions> = {}) {
  return startStack({
    template: writeTemplate(resources),
    endpoints: { ses: 'http://127.0.0.1:1' },
    environment: {},
    secrets: {},
    ...options,
  });
}

describe('a template that cannot be interpreted', () => {
  it.each<[string, Resources, string]>([
    [
      'a resource type that is in neither list',
      { Stream: { Type: 'AWS::Kinesis::Stream' }, Odd: { Type: 'Custom::Odd' } },
      'Stream: AWS::Kinesis::Stream\n  Odd: Custom::Odd',
    ],
    [
      'a property that is in neither list',
      { Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } },
      'Queue (AWS::SQS::Queue)',
    ],
    [
      'a filter on an event source',
      {
        ...queue('Queue'),
        ...lambda('Consumer', 'consumer'),
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            FunctionName: { Ref: 'Consumer' },
            FilterCriteria: {},
          },
        },
      },
      'FilterCriteria',
    ],
    [
      'a batch that needs a window',
      {
        ...queue('Queue'),
        ...lambda('Consumer', 'consumer'),
        ...mapping('Queue', 'Consumer', { batchSize: 100 }),
      },
      'batching window',
    ],
    [
      'a cron schedule',
      { ...lambda('F', 'web'), ...rule('Nightly', 'F', { ScheduleExpression: 'cron(0 3 * * ? *)' }) },
      'rate(1 minute)',
    ],
    [
      'a pattern beyond values, prefix and exists',
      {
        ...lambda('F', 'web'),
        ...rule('Odd', 'F', { EventPattern: { detail: { n: [{ numeric: ['>', 1] }] } } }),
      },
      'Event pattern detail.n',
    ],
    [
      'a function without its bundle',
      { ...lambda('F', 'web', { Handler: 'other.handler' }) },
      'F: expected a bundle "other"',
    ],
  ])('is refused for %s', async (_what, resources, message) => {
    await expect(start(resources)).rejects.toThrow(message);
  });
});

describe('options that meet nothing', () => {
  it('refuses an environment variable that no function has', async () => {
    await expect(start(lambda('F', 'web'), { environment: { TWILIO_URL: 'x' } })).rejects.toThrow(
      'environment variable TWILIO_URL',
    );
  });

  it('refuses a value for a secret that is not in the template', async () => {
    await expect(start(lambda('F', 'web'), { secrets: { TwilioSecret: {} } })).rejects.toThrow(
      'a secret "TwilioSecret"',
    );
  });
});
