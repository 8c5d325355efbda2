import { BATCH_SIZE, VISIBILITY_FACTOR } from '../../shared/deployment/channels.ts';
import { at, type Json, list, pointsAt, type Resource, resourcesOf, type Template } from './template.ts';

/** What must hold of the template. `broken` names the resources, or the things, that lack the protection. */
export interface Protection {
  readonly name: string;
  broken(template: Template): readonly string[];
}

const DAY_SECONDS = 86_400;
/** Thrice the outage that the product is made for. */
const LONG_OUTAGE_SECONDS = 3 * 62 * 60;
/** The largest maxReceiveCount that SQS takes. */
const MOST_RECEIVES = 1_000;
const FUNCTION = 'AWS::Lambda::Function';
const EVENT_SOURCE = 'AWS::Lambda::EventSourceMapping';
const RULE = 'AWS::Events::Rule';
const ALARM = 'AWS::CloudWatch::Alarm';

type Holds = (resource: Resource, id: string, template: Template) => boolean;

/** A protection that every resource of a type has, of which there must be at least one. */
function every(type: string, name: string, holds: Holds): Protection {
  return {
    name: `${type}: ${name}`,
    broken: (template) => {
      const all = resourcesOf(template, type);
      if (all.length === 0) return [`no ${type}`];
      return all.filter(([id, resource]) => !holds(resource, id, template)).map(([id]) => id);
    },
  };
}

function queues(name: string, deadLetters: boolean, holds: Holds): Protection {
  return every('AWS::SQS::Queue', name, (resource, id, template) =>
    id.endsWith('DeadLetterQueue') === deadLetters ? holds(resource, id, template) : true,
  );
}

function equals(path: string, expected: Json): Holds {
  return (resource) => JSON.stringify(at(resource, path)) === JSON.stringify(expected);
}

function retained(resource: Resource): boolean {
  return resource.DeletionPolicy === 'Retain' && resource.UpdateReplacePolicy === 'Retain';
}

function alarmsOn(template: Template, metric: string, dimension: string, of: string): readonly Resource[] {
  return resourcesOf(template, ALARM)
    .map(([, alarm]) => alarm)
    .filter(
      (alarm) =>
        at(alarm, 'Properties.MetricName') === metric &&
        list(at(alarm, 'Properties.Dimensions')).some(
          (entry) => at(entry, 'Name') === dimension && pointsAt(at(entry, 'Value')) === of,
        ),
    );
}

/** Whether a policy of this type denies the resource every call without TLS. */
function deniesPlainText(template: Template, type: string, member: string, id: string): boolean {
  return resourcesOf(template, type).some(
    ([, policy]) =>
      list(at(policy, `Properties.${member}`)).some((target) => pointsAt(target) === id) &&
      list(at(policy, 'Properties.PolicyDocument.Statement')).some(
        (statement) =>
          at(statement, 'Effect') === 'Deny' &&
          at(statement, 'Condition.Bool.aws:SecureTransport') === 'false',
      ),
  );
}

export function statementsOf(role: Resource): readonly Json[] {
  return list(at(role, 'Properties.Policies')).flatMap((policy) =>
    list(at(policy, 'PolicyDocument.Statement')),
  );
}

/** The only actions that may name `*`, because they know no resources. */
const WITHOUT_RESOURCES = ['ses:GetAccount', 'ses:DeleteSuppressedDestination'];

function isNarrow(statement: Json): boolean {
  const actions = list(at(statement, 'Action'));
  const anywhere = list(at(statement, 'Resource')).some((resource) => pointsAt(resource).includes('*'));
  const known = actions.every((action) => WITHOUT_RESOURCES.includes(String(action)));
  return actions.every((action) => !String(action).includes('*')) && (!anywhere || known);
}

/** What goes to this queue comes from requests and other functions only: its function never answers a message by another. */
const FED_FROM_OUTSIDE = 'SlackWorkQueue';

/** Whether a function may put messages into a queue that it is fed from: to Lambda that is a loop, ended after 16 rounds. */
function ringsItself(template: Template, id: string): boolean {
  const role = template.Resources[pointsAt(at(template.Resources[id], 'Properties.Role'))];
  const fedFrom = resourcesOf(template, EVENT_SOURCE)
    .filter(([, source]) => pointsAt(at(source, 'Properties.FunctionName')) === id)
    .map(([, source]) => pointsAt(at(source, 'Properties.EventSourceArn')))
    .filter((queue) => queue !== FED_FROM_OUTSIDE);
  return (role === undefined ? [] : statementsOf(role))
    .filter((statement) => list(at(statement, 'Action')).includes('sqs:SendMessage'))
    .flatMap((statement) => list(at(statement, 'Resource')).map(pointsAt))
    .some((queue) => fedFrom.includes(queue));
}

/** What the docstrings of the constructs promise. */
export const PROTECTIONS: readonly Protection[] = [
  every('AWS::DynamoDB::Table', 'deletion protection', equals('Properties.DeletionProtectionEnabled', true)),
  every('AWS::DynamoDB::Table', 'retained', retained),
  every('AWS::DynamoDB::Table', 'on demand', equals('Properties.BillingMode', 'PAY_PER_REQUEST')),
  every(
    'AWS::DynamoDB::Table',
    'point-in-time recovery over 35 days',
    equals('Properties.PointInTimeRecoverySpecification', {
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 35,
    }),
  ),
  every('AWS::SecretsManager::Secret', 'retained', retained),

  every('AWS::SQS::Queue', 'standard', (queue) => at(queue, 'Properties.FifoQueue') === undefined),
  every('AWS::SQS::Queue', 'encrypted', equals('Properties.SqsManagedSseEnabled', true)),
  every('AWS::SQS::Queue', 'TLS only', (_, id, template) =>
    deniesPlainText(template, 'AWS::SQS::QueuePolicy', 'Queues', id),
  ),
  queues(
    'a dead-letter queue, after hours of receives, and before messages are forgotten',
    false,
    (queue) => {
      const policy = at(queue, 'Properties.RedrivePolicy');
      const receives = Number(at(policy, 'maxReceiveCount'));
      const visibility = Number(at(queue, 'Properties.VisibilityTimeout'));
      return (
        pointsAt(at(policy, 'deadLetterTargetArn')).endsWith('DeadLetterQueue') &&
        receives <= MOST_RECEIVES &&
        receives * visibility >= LONG_OUTAGE_SECONDS &&
        receives * visibility < Number(at(queue, 'Properties.MessageRetentionPeriod'))
      );
    },
  ),
  queues('kept 4 days', false, equals('Properties.MessageRetentionPeriod', 4 * DAY_SECONDS)),
  queues('dead letters kept 14 days', true, equals('Properties.MessageRetentionPeriod', 14 * DAY_SECONDS)),
  queues('an alarm at the first dead letter', true, (_, id, template) =>
    alarmsOn(template, 'ApproximateNumberOfMessagesVisible', 'QueueName', id).some(
      (alarm) => at(alarm, 'Properties.Threshold') === 1,
    ),
  ),
  queues(
    'an alarm on the oldest message',
    false,
    (_, id, template) => alarmsOn(template, 'ApproximateAgeOfOldestMessage', 'QueueName', id).length === 1,
  ),

  every(
    EVENT_SOURCE,
    'partial batch failures',
    equals('Properties.FunctionResponseTypes', ['ReportBatchItemFailures']),
  ),
  every(EVENT_SOURCE, 'a maximum concurrency', (source) => {
    const maximum = Number(at(source, 'Properties.ScalingConfig.MaximumConcurrency'));
    return maximum >= 2 && maximum <= 1_000;
  }),
  every(
    EVENT_SOURCE,
    'batches of 10 without a window, but events one by one',
    (source) =>
      at(source, 'Properties.BatchSize') ===
        (pointsAt(at(source, 'Properties.EventSourceArn')) === 'EventsQueue' ? 1 : BATCH_SIZE) &&
      at(source, 'Properties.MaximumBatchingWindowInSeconds') === undefined,
  ),
  every(EVENT_SOURCE, 'a visibility of six function timeouts', (source, _, template) => {
    const queue = template.Resources[pointsAt(at(source, 'Properties.EventSourceArn'))];
    const lambda = template.Resources[pointsAt(at(source, 'Properties.FunctionName'))];
    return (
      at(queue, 'Properties.VisibilityTimeout') ===
      VISIBILITY_FACTOR * Number(at(lambda, 'Properties.Timeout'))
    );
  }),

  every(FUNCTION, 'arm64', equals('Properties.Architectures', ['arm64'])),
  every(FUNCTION, 'Node.js 24', equals('Properties.Runtime', 'nodejs24.x')),
  every(
    FUNCTION,
    'no reserved concurrency',
    (fn) => at(fn, 'Properties.ReservedConcurrentExecutions') === undefined,
  ),
  every(
    FUNCTION,
    'may go round where it rings its own queue, and nowhere else',
    (fn, id, template) =>
      at(fn, 'Properties.RecursiveLoop') === (ringsItself(template, id) ? 'Allow' : undefined),
  ),
  every(FUNCTION, 'memory and time stated with a reason', (fn) => {
    const reason = String(at(fn, 'Properties.Description') ?? '');
    return reason.length >= 40 && reason.length <= 256;
  }),
  every(
    FUNCTION,
    'an alarm on errors',
    (_, id, template) => alarmsOn(template, 'Errors', 'FunctionName', id).length === 1,
  ),
  ...['Role', 'LoggingConfig.LogGroup'].map((path) =>
    every(FUNCTION, `a ${path} of its own`, (fn, _, template) => {
      const own = pointsAt(at(fn, `Properties.${path}`));
      const sharers = resourcesOf(template, FUNCTION).filter(
        ([, other]) => pointsAt(at(other, `Properties.${path}`)) === own,
      );
      return own in template.Resources && sharers.length === 1;
    }),
  ),
  every(
    'AWS::IAM::Role',
    'no managed policies',
    (role) => at(role, 'Properties.ManagedPolicyArns') === undefined,
  ),
  every('AWS::IAM::Role', 'actions by name on named resources', (role) => statementsOf(role).every(isNarrow)),
  every('AWS::Logs::LogGroup', 'retention', (group) => Number(at(group, 'Properties.RetentionInDays')) > 0),
  every(
    'AWS::Lambda::Permission',
    'callers bound to their source',
    (permission) => at(permission, 'Properties.SourceArn') !== undefined,
  ),
  {
    name: 'no public function URL',
    broken: (template) => resourcesOf(template, 'AWS::Lambda::Url').map(([id]) => id),
  },

  every(
    'AWS::ApiGatewayV2::Stage',
    'throttled',
    (stage) =>
      Number(at(stage, 'Properties.DefaultRouteSettings.ThrottlingRateLimit')) > 0 &&
      Number(at(stage, 'Properties.DefaultRouteSettings.ThrottlingBurstLimit')) > 0,
  ),
  every('AWS::ApiGatewayV2::Stage', 'access log without paths, which hold tokens, or clients', (stage) => {
    const format = String(at(stage, 'Properties.AccessLogSettings.Format') ?? '');
    return format.includes('$context.routeKey') && !/path|sourceIp|resourcePath|authorizer/i.test(format);
  }),

  every(
    ALARM,
    'tells the alarm topic',
    (alarm, _, template) =>
      template.Resources[pointsAt(list(at(alarm, 'Properties.AlarmActions'))[0])]?.Type === 'AWS::SNS::Topic',
  ),
  every(
    ALARM,
    'says what it means for people',
    (alarm) => String(at(alarm, 'Properties.AlarmDescription') ?? '').length >= 60,
  ),
  {
    name: 'the sweeper runs each minute, and silence is an alarm',
    broken: (template) => {
      const rings = resourcesOf(template, RULE).some(
        ([, rule]) =>
          at(rule, 'Properties.ScheduleExpression') === 'rate(1 minute)' &&
          at(rule, 'Properties.State') === 'ENABLED' &&
          pointsAt(at(rule, 'Properties.Targets.0.Arn')) === 'SweepFunction',
      );
      const watched = alarmsOn(template, 'Invocations', 'FunctionName', 'SweepFunction').some(
        (alarm) =>
          at(alarm, 'Properties.TreatMissingData') === 'breaching' &&
          at(alarm, 'Properties.ComparisonOperator') === 'LessThanThreshold',
      );
      return [...(rings ? [] : ['schedule']), ...(watched ? [] : ['alarm'])];
    },
  },
  {
    name: 'a provider that takes nothing for long is an alarm, and so is an update that no sweep gets through',
    broken: (template) => [
      ...['email', 'sms', 'slack'].filter(
        (channel) => alarmsOn(template, 'paused', 'channel', channel).length !== 1,
      ),
      ...(resourcesOf(template, ALARM).some(([, alarm]) => at(alarm, 'Properties.MetricName') === 'troubles')
        ? []
        : ['troubles']),
    ],
  },
  {
    name: 'no event is dropped in silence',
    broken: (template) => {
      const rules = resourcesOf(template, RULE).filter(([, rule]) => at(rule, 'Properties.EventPattern'));
      const kept = rules.filter(
        ([, rule]) =>
          pointsAt(at(rule, 'Properties.Targets.0.Arn')) === 'EventsQueue' &&
          pointsAt(at(rule, 'Properties.Targets.0.DeadLetterConfig.Arn')) === 'EventsDeadLetterQueue' &&
          at(rule, 'Properties.Targets.0.RetryPolicy.MaximumRetryAttempts') === 185,
      );
      return rules.length === 1 && kept.length === 1 ? [] : ['rule'];
    },
  },
  {
    name: 'events come from the rule only',
    broken: (template) => {
      const [rule] = resourcesOf(template, RULE).filter(([, one]) => at(one, 'Properties.EventPattern'));
      return ['EventsQueue', 'EventsDeadLetterQueue'].filter((queue) => {
        const senders = resourcesOf(template, 'AWS::SQS::QueuePolicy')
          .filter(([, policy]) => list(at(policy, 'Properties.Queues')).some((q) => pointsAt(q) === queue))
          .flatMap(([, policy]) => list(at(policy, 'Properties.PolicyDocument.Statement')))
          .filter((statement) => at(statement, 'Effect') === 'Allow');
        const bound = senders.filter(
          (statement) => pointsAt(at(statement, 'Condition.ArnEquals.aws:SourceArn')) === rule?.[0],
        );
        return senders.length !== 1 || bound.length !== 1;
      });
    },
  },
  every('AWS::SNS::Topic', 'TLS only', (_, id, template) =>
    deniesPlainText(template, 'AWS::SNS::TopicPolicy', 'Topics', id),
  ),
  every(
    'AWS::SES::ConfigurationSet',
    'reputation is measured, complaints are suppressed; bounces too, but for letters',
    (set, id) =>
      at(set, 'Properties.ReputationOptions.ReputationMetricsEnabled') === true &&
      list(at(set, 'Properties.SuppressionOptions.SuppressedReasons')).join() ===
        (id.includes('Letter') ? 'COMPLAINT' : 'BOUNCE,COMPLAINT'),
  ),
  every('AWS::SES::ConfigurationSet', 'bounces and complaints are reported', (_, id, template) =>
    resourcesOf(template, 'AWS::SES::ConfigurationSetEventDestination').some(
      ([, destination]) =>
        pointsAt(at(destination, 'Properties.ConfigurationSetName')) === id &&
        ['bounce', 'complaint'].every((event) =>
          list(at(destination, 'Properties.EventDestination.MatchingEventTypes')).includes(event),
        ),
    ),
  ),
];
