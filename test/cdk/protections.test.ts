import { describe, expect, it } from 'vitest';
import { PROTECTIONS } from './protections.ts';
import { resourcesOf, synthesize, type Template } from './template.ts';

const template = synthesize();

describe('the template', () => {
  it.each(PROTECTIONS)('$name', (protection) => {
    expect(protection.broken(template)).toEqual([]);
  });
});

/** Changes one value of a copy of the template; `undefined` removes it. */
function change(id: string, path: string, value?: unknown): Template {
  const copy: Template = structuredClone(template);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let target = copy.Resources[id] as unknown as Record<string, unknown>; // Safe: JSON, walked by key below.
  for (const step of steps) target = target[step] as Record<string, unknown>;
  if (!(last in target)) throw new Error(`expected ${id} to have ${path}, got ${Object.keys(target)}`);
  if (value === undefined) delete target[last];
  else target[last] = value;
  return copy;
}

function without(id: string): Template {
  const { [id]: removed, ...Resources } = template.Resources;
  if (!removed) throw new Error(`expected a resource ${id}`);
  return { ...template, Resources };
}

function the(type: string, marker: string): string {
  const found = resourcesOf(template, type).filter(([id, resource]) =>
    `${id}${JSON.stringify(resource)}`.includes(marker),
  );
  const id = found[0]?.[0];
  if (found.length !== 1 || id === undefined)
    throw new Error(`expected one ${type} with ${marker}, got ${found.length}`);
  return id;
}

const doorbells = the('AWS::Lambda::EventSourceMapping', 'EmailQueue');
const stage = the('AWS::ApiGatewayV2::Stage', '$default');
const schedule = the('AWS::Events::Rule', 'rate(1 minute)');
const updates = the('AWS::Events::Rule', 'Incident Update');
const events = the('AWS::SQS::QueuePolicy', 'Queues":[{"Ref":"EventsQueue');
const senders = 'Properties.PolicyDocument.Statement.1';
const role = the('AWS::IAM::Role', 'FeedbackLog');
const log = the('AWS::Logs::LogGroup', 'FeedbackLog');
const notRun = the('AWS::CloudWatch::Alarm', 'LessThanThreshold');
const settings = the('AWS::SES::ConfigurationSet', 'BOUNCE');
const reports = the('AWS::SES::ConfigurationSetEventDestination', 'LetterConfigurationSet');
const alarmTopic = the('AWS::SNS::TopicPolicy', 'AllowAlarms');
const policy = 'Properties.Policies.0.PolicyDocument.Statement.0';

/** Each removes one protection, as a careless change would. */
const MUTATIONS: readonly (readonly [string, () => Template])[] = [
  ['deletion protection off', () => change('IncidentsTable', 'Properties.DeletionProtectionEnabled', false)],
  ['table deleted with the stack', () => change('IncidentsTable', 'DeletionPolicy', 'Delete')],
  ['table replaced', () => change('IncidentsTable', 'UpdateReplacePolicy', 'Delete')],
  ['table provisioned', () => change('IncidentsTable', 'Properties.BillingMode', 'PROVISIONED')],
  [
    'no point-in-time recovery',
    () => change('IncidentsTable', 'Properties.PointInTimeRecoverySpecification'),
  ],
  [
    'a day of recovery only',
    () => change('IncidentsTable', 'Properties.PointInTimeRecoverySpecification.RecoveryPeriodInDays', 1),
  ],
  ['secret deleted with the stack', () => change('AddressKeySecret', 'DeletionPolicy', 'Delete')],
  ['queue in clear', () => change('EmailQueue', 'Properties.SqsManagedSseEnabled', false)],
  ['queue without TLS', () => without(the('AWS::SQS::QueuePolicy', 'Queues":[{"Ref":"EmailQueue'))],
  ['no dead-letter queue', () => change('EmailQueue', 'Properties.RedrivePolicy')],
  ['poison after one receive', () => change('EmailQueue', 'Properties.RedrivePolicy.maxReceiveCount', 1)],
  ['half an hour spent', () => change('EventsQueue', 'Properties.RedrivePolicy.maxReceiveCount', 20)],
  [
    'doorbells kept as long as dead letters',
    () => change('EmailQueue', 'Properties.MessageRetentionPeriod', 1_209_600),
  ],
  [
    'dead letters kept 4 days',
    () => change('EmailDeadLetterQueue', 'Properties.MessageRetentionPeriod', 345_600),
  ],
  ['dead letters unseen', () => without(the('AWS::CloudWatch::Alarm', 'EmailEmailDeadLetterQueueNotEmpty'))],
  ['age unseen', () => without(the('AWS::CloudWatch::Alarm', 'EmailOldDoorbells'))],
  ['visibility shorter', () => change('EmailQueue', 'Properties.VisibilityTimeout', 60)],
  ['timeout longer', () => change('DeliverEmailFunction', 'Properties.Timeout', 61)],
  ['whole batches fail', () => change(doorbells, 'Properties.FunctionResponseTypes')],
  ['unbounded concurrency', () => change(doorbells, 'Properties.ScalingConfig')],
  ['concurrency of one', () => change(doorbells, 'Properties.ScalingConfig.MaximumConcurrency', 1)],
  ['larger batches', () => change(doorbells, 'Properties.BatchSize', 100)],
  ['waiting doorbells taken for a loop', () => change('DeliverSmsFunction', 'Properties.RecursiveLoop')],
  ['another architecture', () => change('IngestFunction', 'Properties.Architectures', ['x86_64'])],
  ['an older runtime', () => change('IngestFunction', 'Properties.Runtime', 'nodejs22.x')],
  ['no reason for memory and time', () => change('IngestFunction', 'Properties.Description')],
  [
    "another function's role",
    () => change('IngestFunction', 'Properties.Role', { 'Fn::GetAtt': [role, 'Arn'] }),
  ],
  [
    "another function's log",
    () => change('IngestFunction', 'Properties.LoggingConfig.LogGroup', { Ref: log }),
  ],
  ['logs kept for ever', () => change(log, 'Properties.RetentionInDays')],
  ['any action', () => change(role, `${policy}.Action`, 'logs:*')],
  ['any resource', () => change(role, `${policy}.Resource`, '*')],
  ['any caller', () => change(the('AWS::Lambda::Permission', 'EachMinute'), 'Properties.SourceArn')],
  ['no throttling', () => change(stage, 'Properties.DefaultRouteSettings')],
  ['no access log', () => change(stage, 'Properties.AccessLogSettings')],
  [
    'tokens in the access log',
    () => change(stage, 'Properties.AccessLogSettings.Format', '$context.routeKey $context.path'),
  ],
  ['no schedule', () => without(schedule)],
  ['schedule off', () => change(schedule, 'Properties.State', 'DISABLED')],
  ['a dead sweeper unseen', () => without(notRun)],
  ['silence is health', () => change(notRun, 'Properties.TreatMissingData', 'notBreaching')],
  ['alarm that tells nobody', () => change(notRun, 'Properties.AlarmActions')],
  ['alarm without a meaning', () => change(notRun, 'Properties.AlarmDescription', 'Errors')],
  ['a silent provider unseen', () => without(the('AWS::CloudWatch::Alarm', '"slack"'))],
  ['a stuck update unseen', () => without(the('AWS::CloudWatch::Alarm', '"troubles"'))],
  ['events dropped by the bus', () => change(updates, 'Properties.Targets.0.DeadLetterConfig')],
  ['events by no queue', () => change(updates, 'Properties.Targets.0.Arn', { Ref: 'IngestFunction' })],
  ['events of anybody', () => change(events, `${senders}.Condition`)],
  ['alarms in clear', () => without(alarmTopic)],
  ['bounces of letters unheard', () => without(reports)],
  ['bounces not suppressed', () => change(settings, 'Properties.SuppressionOptions')],
  ['reputation not measured', () => change(settings, 'Properties.ReputationOptions')],
];

describe('a template that loses a protection is caught', () => {
  it.each(MUTATIONS)('%s', (_, mutate) => {
    const mutated = mutate();
    const caught = PROTECTIONS.filter((protection) => protection.broken(mutated).length > 0);
    expect(caught.map(({ name }) => name)).toHaveLength(1);
  });
});
