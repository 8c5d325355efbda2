import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../shared/deployment/functions.ts';
import { statementsOf } from './protections.ts';
import { at, list, pointsAt, synthesize, type Template } from './template.ts';

const template = synthesize();

/** `service:action` on a resource, as `resource: actions`. */
type Access = Readonly<Record<string, readonly string[]>>;

const LOG: Access = { 'own log': ['logs:CreateLogStream', 'logs:PutLogEvents'] };
const RING = ['sqs:SendMessage'];
const RECEIVE = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const READ_SECRET = ['secretsmanager:GetSecretValue'];

const PLAN: Access = { EmailQueue: RING, SmsQueue: RING, SlackQueue: RING, WebhookQueue: RING };

/** Webhooks have no provider that all share, so no pause to end. */
function deliver(channel: string): Access {
  return {
    ...LOG,
    [`${channel}Queue`]: [...RECEIVE, ...RING],
    [`${channel}DeadLetterQueue`]: RING,
    SubscribersTable: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    IncidentsTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
    DeliveriesTable: [
      'dynamodb:BatchGetItem',
      ...(channel === 'Webhook' ? [] : ['dynamodb:DeleteItem']),
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
    ],
  };
}

const EDIT_INCIDENTS = [
  'dynamodb:BatchGetItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];

const READ_AND_COUNT = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];

const SEND_EMAIL: Access = {
  'ses identity/batch.test': ['ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail'],
  'ses configuration-set': ['ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail'],
};

const SEND_LETTERS: Access = {
  ...SEND_EMAIL,
  'ses configuration-set of letters': ['ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail'],
  '*': ['ses:DeleteSuppressedDestination'],
};

/** The kept list: whoever widens a role says so here too. */
const ACCESS: Readonly<Record<keyof typeof FUNCTIONS, Access>> = {
  ingest: {
    ...LOG,
    ...PLAN,
    IncidentsTable: EDIT_INCIDENTS,
    OperatorSecret: READ_SECRET,
    StatuspageSecret: READ_SECRET,
    EventsQueue: RECEIVE,
    EventsDeadLetterQueue: RING,
  },
  operate: {
    ...LOG,
    SubscribersTable: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    'SubscribersTable/index/by-address': ['dynamodb:Query'],
    'SubscribersTable/index/by-owner': ['dynamodb:Query'],
    ConfirmationQueue: RING,
    IncidentsTable: EDIT_INCIDENTS,
    'IncidentsTable/index/by-page': ['dynamodb:Query'],
    DeliveriesTable: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    OperatorSecret: READ_SECRET,
    AddressKeySecret: READ_SECRET,
    WebhookKeySecret: READ_SECRET,
  },
  sweep: {
    ...LOG,
    ...PLAN,
    IncidentsTable: EDIT_INCIDENTS,
    'IncidentsTable/index/by-open': ['dynamodb:Query'],
    'IncidentsTable/index/by-reminder': ['dynamodb:Query'],
    DeliveriesTable: ['dynamodb:GetItem', 'dynamodb:Query'],
    'DeliveriesTable/index/by-due': ['dynamodb:Query'],
  },
  subscriptions: {
    ...LOG,
    SubscribersTable: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    IncidentsTable: READ_AND_COUNT,
    'IncidentsTable/index/by-page': ['dynamodb:Query'],
    DeliveriesTable: READ_AND_COUNT,
    ConfirmationQueue: RING,
    LinkKeySecret: READ_SECRET,
    AddressKeySecret: READ_SECRET,
    WebhookKeySecret: READ_SECRET,
  },
  confirm: {
    ...LOG,
    ConfirmationQueue: [...RECEIVE, ...RING],
    ConfirmationDeadLetterQueue: RING,
    SubscribersTable: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    IncidentsTable: READ_AND_COUNT,
    DeliveriesTable: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    LinkKeySecret: READ_SECRET,
    WebhookKeySecret: READ_SECRET,
    TwilioSecret: READ_SECRET,
    ...SEND_LETTERS,
  },
  'slack-app': {
    ...LOG,
    SlackWorkQueue: [...RECEIVE, ...RING],
    SlackWorkDeadLetterQueue: RING,
    SubscribersTable: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    'SubscribersTable/index/by-address': ['dynamodb:Query'],
    IncidentsTable: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    DeliveriesTable: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    SlackSecret: READ_SECRET,
    InstallationKeySecret: READ_SECRET,
    AddressKeySecret: READ_SECRET,
  },
  feedback: {
    ...LOG,
    SubscribersTable: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    'SubscribersTable/index/by-address': ['dynamodb:Query'],
    DeliveriesTable: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    TwilioSecret: READ_SECRET,
    AddressKeySecret: READ_SECRET,
  },
  'email-feedback': {
    ...LOG,
    EmailFeedbackQueue: RECEIVE,
    EmailFeedbackDeadLetterQueue: RING,
    SubscribersTable: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    'SubscribersTable/index/by-address': ['dynamodb:Query'],
    DeliveriesTable: ['dynamodb:GetItem', 'dynamodb:PutItem'],
  },
  feeds: {
    ...LOG,
    IncidentsTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
    'IncidentsTable/index/by-page': ['dynamodb:Query'],
  },
  'deliver-email': {
    ...deliver('Email'),
    LinkKeySecret: READ_SECRET,
    ...SEND_EMAIL,
    '*': ['ses:GetAccount'],
  },
  'deliver-sms': {
    ...deliver('Sms'),
    'SubscribersTable/index/by-address': ['dynamodb:Query'],
    IncidentsTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    TwilioSecret: READ_SECRET,
  },
  'deliver-slack': {
    ...deliver('Slack'),
    SlackWorkQueue: RING,
    IncidentsTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    SlackSecret: READ_SECRET,
    InstallationKeySecret: READ_SECRET,
  },
  'deliver-webhook': {
    ...deliver('Webhook'),
    ConfirmationQueue: RING,
    LinkKeySecret: READ_SECRET,
    WebhookKeySecret: READ_SECRET,
  },
};

const PLANNING = [
  'EMAIL_QUEUE_URL',
  'SMS_QUEUE_URL',
  'SLACK_QUEUE_URL',
  'WEBHOOK_QUEUE_URL',
  'CHANNELS',
  'RATES',
];
const ALL_TABLES = ['SUBSCRIBERS_TABLE', 'INCIDENTS_TABLE', 'DELIVERIES_TABLE'];
const DELIVERING = ['NODE_OPTIONS', ...ALL_TABLES, 'DEAD_LETTER_QUEUE_URL', 'RATES'];

/** Each function is told of what it may reach, and of nothing else. */
const ENVIRONMENT: Readonly<Record<keyof typeof FUNCTIONS, readonly string[]>> = {
  ingest: [
    ...PLANNING,
    'INCIDENTS_TABLE',
    'DEAD_LETTER_QUEUE_URL',
    'OPERATOR_SECRET_ARN',
    'STATUSPAGE_SECRET_ARN',
  ],
  operate: [
    ...ALL_TABLES,
    'RATES',
    'CHANNELS',
    'CONFIRMATION_QUEUE_URL',
    'WEBHOOK_PRIVATE_TARGETS',
    'OPERATOR_SECRET_ARN',
    'ADDRESS_KEY_SECRET_ARN',
    'WEBHOOK_KEY_SECRET_ARN',
    'PUBLIC_URL',
  ],
  sweep: [...PLANNING, 'INCIDENTS_TABLE', 'DELIVERIES_TABLE'],
  subscriptions: [
    ...ALL_TABLES,
    'CHANNELS',
    'CONFIRMATION_QUEUE_URL',
    'WEBHOOK_PRIVATE_TARGETS',
    'SMS_COUNTRIES',
    'SMS_DAILY_BUDGET',
    'SMS_DAILY_BUDGET_OF_PAGE',
    'LINK_KEY_SECRET_ARN',
    'ADDRESS_KEY_SECRET_ARN',
    'WEBHOOK_KEY_SECRET_ARN',
    'PUBLIC_URL',
  ],
  confirm: [
    ...ALL_TABLES,
    'RATES',
    'CONFIRMATION_QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'PUBLIC_URL',
    'LINK_KEY_SECRET_ARN',
    'WEBHOOK_KEY_SECRET_ARN',
    'TWILIO_SECRET_ARN',
    'TWILIO_URL',
    'SMS_MAX_SEGMENTS',
    'WEBHOOK_PRIVATE_TARGETS',
    'EMAIL_FROM',
    'EMAIL_CONFIGURATION_SET',
    'EMAIL_LETTER_CONFIGURATION_SET',
  ],
  'slack-app': [
    ...ALL_TABLES,
    'PUBLIC_URL',
    'SLACK_URL',
    'SLACK_WORK_QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'SLACK_SECRET_ARN',
    'INSTALLATION_KEY_SECRET_ARN',
    'ADDRESS_KEY_SECRET_ARN',
  ],
  feedback: [
    'SUBSCRIBERS_TABLE',
    'DELIVERIES_TABLE',
    'TWILIO_SECRET_ARN',
    'ADDRESS_KEY_SECRET_ARN',
    'PUBLIC_URL',
  ],
  'email-feedback': ['SUBSCRIBERS_TABLE', 'DELIVERIES_TABLE', 'DEAD_LETTER_QUEUE_URL'],
  feeds: ['INCIDENTS_TABLE', 'PUBLIC_URL'],
  'deliver-email': [
    ...DELIVERING,
    'EMAIL_QUEUE_URL',
    'PUBLIC_URL',
    'LINK_KEY_SECRET_ARN',
    'EMAIL_FROM',
    'EMAIL_CONFIGURATION_SET',
    'EMAIL_ON_DOUBT',
  ],
  'deliver-sms': [
    ...DELIVERING,
    'SMS_QUEUE_URL',
    'PUBLIC_URL',
    'TWILIO_SECRET_ARN',
    'TWILIO_URL',
    'SMS_MAX_SEGMENTS',
  ],
  'deliver-slack': [
    ...DELIVERING,
    'SLACK_QUEUE_URL',
    'SLACK_WORK_QUEUE_URL',
    'SLACK_SECRET_ARN',
    'INSTALLATION_KEY_SECRET_ARN',
    'SLACK_URL',
  ],
  'deliver-webhook': [
    ...DELIVERING,
    'WEBHOOK_QUEUE_URL',
    'CONFIRMATION_QUEUE_URL',
    'PUBLIC_URL',
    'UV_THREADPOOL_SIZE',
    'LINK_KEY_SECRET_ARN',
    'WEBHOOK_KEY_SECRET_ARN',
    'WEBHOOK_PRIVATE_TARGETS',
  ],
};

function accessOf(logicalId: string): Record<string, string[]> {
  const lambda = template.Resources[logicalId];
  const role = template.Resources[pointsAt(at(lambda, 'Properties.Role'))];
  if (!role) throw new Error(`expected ${logicalId} to have a role`);
  const ownLog = pointsAt(at(lambda, 'Properties.LoggingConfig.LogGroup'));
  const access: Record<string, string[]> = {};
  for (const statement of statementsOf(role)) {
    expect(at(statement, 'Effect')).toBe('Allow');
    for (const resource of list(at(statement, 'Resource'))) {
      const name = pointsAt(resource)
        .replace(ownLog, 'own log')
        .replace(/^arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:/, 'ses ')
        .replace(/(?<=configuration-set)\/Channels.*Letter.*/, ' of letters')
        .replace(/(?<=configuration-set)\/Channels.*/, '');
      access[name] = [...(access[name] ?? []), ...list(at(statement, 'Action')).map(String)].sort();
    }
  }
  return access;
}

function environmentOf(logicalId: string, from: Template = template): Record<string, unknown> {
  return {
    ...(at(from.Resources[logicalId], 'Properties.Environment.Variables') as Record<string, unknown>),
  };
}

describe.each(Object.entries(FUNCTIONS))('%s', (name, logicalId) => {
  const known = name as keyof typeof FUNCTIONS; // Safe: a key of FUNCTIONS.

  it('may call exactly the actions of the kept list', () => {
    expect(accessOf(logicalId)).toEqual(ACCESS[known]);
  });

  it('is told exactly what it needs', () => {
    expect(Object.keys(environmentOf(logicalId)).sort()).toEqual([...ENVIRONMENT[known]].sort());
  });
});

describe('what the environment says', () => {
  it('points at the providers, and refuses private webhook targets', () => {
    expect(environmentOf('DeliverSmsFunction')).toMatchObject({ TWILIO_URL: 'https://api.twilio.com' });
    expect(environmentOf('DeliverSlackFunction')).toMatchObject({ SLACK_URL: 'https://slack.com/api/' });
    for (const caller of ['DeliverWebhookFunction', 'OperateFunction']) {
      expect(environmentOf(caller)).toMatchObject({ WEBHOOK_PRIVATE_TARGETS: 'refuse' });
    }
  });

  it('says how long a text may be, to whoever sends some', () => {
    for (const sender of ['DeliverSmsFunction', 'ConfirmFunction'])
      expect(environmentOf(sender)).toMatchObject({ SMS_MAX_SEGMENTS: '2' });
  });

  it('gives each sender its own queues', () => {
    expect(environmentOf('DeliverSmsFunction')).toMatchObject({
      SMS_QUEUE_URL: { Ref: 'SmsQueue' },
      DEAD_LETTER_QUEUE_URL: { Ref: 'SmsDeadLetterQueue' },
    });
  });

  it('looks up many host names of webhook endpoints at once', () => {
    expect(environmentOf('DeliverWebhookFunction')).toMatchObject({ UV_THREADPOOL_SIZE: '64' });
  });

  it("takes the API's own address as the public one", () => {
    expect(environmentOf('OperateFunction')).toMatchObject({
      PUBLIC_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] },
    });
  });

  it('takes everything that the settings say', () => {
    const other = synthesize({
      publicUrl: 'https://notify.batch.test',
      email: {
        from: 'Batch <status@batch.test>',
        identity: 'batch.test',
        replyTo: 'help@batch.test',
        postalAddress: '1 Main Street, Springfield',
        onDoubt: 'leave',
      },
      channels: {
        email: { on: true, perSecond: 50 },
        sms: { on: false, perSecond: 1 },
        slack: { on: true, perSecond: 2 },
        webhook: { on: false, perSecond: 3 },
      },
    });
    expect(environmentOf('DeliverEmailFunction', other)).toMatchObject({
      PUBLIC_URL: 'https://notify.batch.test',
      EMAIL_FROM: 'Batch <status@batch.test>',
      EMAIL_REPLY_TO: 'help@batch.test',
      EMAIL_POSTAL_ADDRESS: '1 Main Street, Springfield',
      EMAIL_ON_DOUBT: 'leave',
    });
    for (const planner of ['IngestFunction', 'SweepFunction']) {
      const environment = environmentOf(planner, other);
      expect(JSON.parse(String(environment['CHANNELS']))).toEqual(['email', 'slack']);
      expect(JSON.parse(String(environment['RATES']))).toEqual({ email: 50, sms: 1, slack: 2, webhook: 3 });
    }
  });
});
