import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessKeyIdOf } from '../../local/stack/access/access-key.ts';
import { startStack } from '../../local/stack/start-stack.ts';
import { type Fixture, runFixture } from './stack-fixture/run.ts';
import {
  lambda,
  mapping,
  policyOf,
  queue,
  type Resources,
  table,
  writeTemplate,
} from './stack-fixture/template.ts';

const getArn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

/** The index by Fn::Join, as CDK writes it; the queue by a policy of its own, attached by the role's name. */
const RESOURCES: Resources = {
  ...table('Table'),
  ...queue('Queue'),
  ...queue('Other'),
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: '{}' } },
  Closed: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: '{}' } },
  ...lambda('Caller', 'web', {}, [
    { Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: getArn('Table') },
    {
      Effect: 'Allow',
      Action: 'dynamodb:Query',
      Resource: { 'Fn::Join': ['', [getArn('Table'), '/index/turned']] },
    },
    { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Secret' } },
    { Effect: 'Deny', Action: 'dynamodb:Put*', Resource: '*' },
  ]),
  Attached: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      PolicyName: 'attached',
      PolicyDocument: policyOf([{ Effect: 'Allow', Action: 'sqs:Send*', Resource: getArn('Queue') }]),
      Roles: [{ Ref: 'CallerRole' }],
    },
  },
};

const NAME = { TableName: 'Fixture-Table' };
const KEY = { pk: { S: 'a' }, sk: { S: 'b' } };

describe('a call in the role of a function', () => {
  let fixture: Fixture;
  let settings: { region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

  beforeAll(async () => {
    fixture = await runFixture(RESOURCES);
    settings = as(accessKeyIdOf('Caller'));
  });

  afterAll(() => fixture?.stop());

  const as = (accessKeyId: string) => ({
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'any' },
  });
  const tables = () => new DynamoDBClient({ ...settings, endpoint: fixture.stack.endpoints.dynamoDb });
  const queues = () => new SQSClient({ ...settings, endpoint: fixture.stack.endpoints.sqs });
  const secrets = () =>
    new SecretsManagerClient({ ...settings, endpoint: fixture.stack.endpoints.secretsManager });
  const who =
    'User: arn:aws:sts::000000000000:assumed-role/Fixture-CallerRole/Fixture-Caller is not authorized';

  it('goes through where an inline or an attached policy allows it', async () => {
    expect(await tables().send(new GetItemCommand({ ...NAME, Key: KEY }))).not.toHaveProperty('Item');
    const byIndex = new QueryCommand({
      ...NAME,
      IndexName: 'turned',
      KeyConditionExpression: 'sk = :b',
      ExpressionAttributeValues: { ':b': { S: 'b' } },
    });
    expect(await tables().send(byIndex)).toMatchObject({ Count: 0 });
    const entry = { Id: '0', MessageBody: 'x' };
    const sent = await queues().send(
      new SendMessageBatchCommand({ QueueUrl: fixture.queueUrl('Queue'), Entries: [entry] }),
    );
    expect(sent.Successful).toHaveLength(1);
    expect(await secrets().send(new GetSecretValueCommand({ SecretId: 'Fixture-Secret' }))).toMatchObject({
      SecretString: '{}',
    });
  });

  it('is refused by DynamoDB', async () => {
    const query = new QueryCommand({
      ...NAME,
      KeyConditionExpression: 'pk = :a',
      ExpressionAttributeValues: { ':a': { S: 'a' } },
    });
    await expect(tables().send(query)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`${who} to perform: dynamodb:Query on resource: arn:aws:dynamodb:`),
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    const put = tables().send(new PutItemCommand({ ...NAME, Item: KEY }));
    await expect(put).rejects.toThrow('explicit deny');
    await expect(put).rejects.not.toBeInstanceOf(ConditionalCheckFailedException);
  });

  it('is refused by SQS', async () => {
    const send = queues().send(
      new SendMessageCommand({ QueueUrl: fixture.queueUrl('Other'), MessageBody: 'x' }),
    );
    await expect(send).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        `${who} to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:Fixture-Other`,
      ),
      $metadata: { httpStatusCode: 403, attempts: 1 },
    });
  });

  it('is refused by Secrets Manager', async () => {
    const read = secrets().send(new GetSecretValueCommand({ SecretId: 'Fixture-Closed' }));
    await expect(read).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('secret:Fixture-Closed'),
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });

  it('is refused by SES', async () => {
    const ses = new SESv2Client({ ...settings, endpoint: fixture.stack.endpoints.sesV2 });
    await expect(ses.send(new GetAccountCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('ses:GetAccount on resource: *'),
      $metadata: { httpStatusCode: 403, attempts: 1 },
    });
  });

  it('is nobody with a key that the stack did not give out', async () => {
    const stranger = new DynamoDBClient({
      ...as('AKIASTRANGER00000000'),
      endpoint: fixture.stack.endpoints.dynamoDb,
    });
    await expect(stranger.send(new GetItemCommand({ ...NAME, Key: KEY }))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });

  it('is counted, and told of when it is refused', async () => {
    await expect.poll(() => fixture.stack.statistics()['Caller']?.access.denied).toHaveLength(5);
    const { used = [], unused = [] } = fixture.stack.statistics()['Caller']?.access ?? {};
    expect(used.map(({ action }) => action).sort()).toStrictEqual([
      'dynamodb:GetItem',
      'dynamodb:Query',
      'secretsmanager:GetSecretValue',
      'sqs:Send*',
    ]);
    expect(unused.map(({ action }) => action)).toStrictEqual(['dynamodb:PutItem']);
    expect(fixture.notes('Caller')).toContainEqual(
      expect.stringMatching(
        /^Error: the role does not allow sqs:SendMessage on arn:aws:sqs:.*:Fixture-Other$/,
      ),
    );
  });
});

describe('a role that the stack refuses at its start', () => {
  const allow = (...actions: string[]) => [{ Effect: 'Allow' as const, Action: actions, Resource: '*' }];
  const roleWith = (properties: object): Resources => ({
    ...lambda('F', 'web'),
    FRole: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties } },
  });

  it.each<[string, Resources, string]>([
    [
      'does not let Lambda feed the function from its queue',
      {
        ...queue('Queue'),
        ...lambda('F', 'consumer', {}, allow('sqs:ReceiveMessage', 'sqs:GetQueueAttributes')),
        ...mapping('Queue', 'F'),
      },
      'sqs:DeleteMessage on resource: arn:aws:sqs:us-east-1:000000000000:Fixture-Queue',
    ],
    [
      'does not let Lambda put failed events away',
      { ...queue('Queue'), ...lambda('F', 'web', { DeadLetterConfig: { TargetArn: getArn('Queue') } }, []) },
      "F's failed events: Lambda would be refused",
    ],
    [
      'is not in the template',
      lambda('F', 'web', { Role: 'arn:aws:iam::1:role/other' }),
      'expected a role of this stack',
    ],
    [
      'has a condition',
      roleWith({
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: policyOf([
              { ...{ Effect: 'Allow', Action: '*', Resource: '*' }, ...{ Condition: {} } } as never,
            ]),
          },
        ],
      }),
      'FRole (AWS::IAM::Role)',
    ],
    ['has a policy of AWS', roleWith({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/x'] }), 'cannot be read'],
    [
      'is told apart by case only',
      { ...lambda('Fa', 'web'), ...lambda('FA', 'web') },
      'differ in more than case',
    ],
  ])('%s', async (_what, resources, message) => {
    const started = startStack({
      template: writeTemplate(resources),
      endpoints: { ses: 'http://127.0.0.1:1' },
      environment: {},
      secrets: {},
    });
    await expect(started).rejects.toThrow(message);
  });
});
