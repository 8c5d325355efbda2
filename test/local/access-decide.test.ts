import { describe, expect, it } from 'vitest';
import { readAccessKeyId } from '../../local/stack/access/access-key.ts';
import { AccessRecord } from '../../local/stack/access/access-record.ts';
import { decide, matches } from '../../local/stack/access/decide.ts';
import { Gate } from '../../local/stack/access/gate.ts';
import { parseBody } from '../../local/stack/access/parse-body.ts';
import type { Principal, Statement } from '../../local/stack/access/statement.ts';
import { emailNeeds } from '../../local/stack/email/needs.ts';
import { queueNeeds } from '../../local/stack/queues/needs.ts';
import { tableNeeds } from '../../local/stack/tables/needs.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/T';
const READ = { action: 'dynamodb:GetItem', resources: [TABLE] };

function statement(action: string, resource: string, effect: Statement['effect'] = 'Allow'): Statement {
  return { effect, actions: [action], resources: [resource] };
}

describe('matches', () => {
  it.each([
    ['*', '', true],
    ['*', 'anything:at/all', true],
    ['a*c', 'ac', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a?c', 'abbc', false],
    ['table/T', 'table/Two', false],
    ['a.c', 'abc', false],
    ['a+(b)[c]$', 'a+(b)[c]$', true],
  ])('%s, %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });
});

describe('decide', () => {
  it.each<[string, readonly Statement[], 'allowed' | 'denied']>([
    ['nothing', [], 'denied'],
    ['the very action and resource', [statement('dynamodb:GetItem', TABLE)], 'allowed'],
    ['the action in other letters: IAM knows no case', [statement('DynamoDB:getitem', TABLE)], 'allowed'],
    ['another action', [statement('dynamodb:Query', TABLE)], 'denied'],
    ['another table', [statement('dynamodb:GetItem', `${TABLE}2`)], 'denied'],
    ['an index of the table only', [statement('dynamodb:GetItem', `${TABLE}/index/*`)], 'denied'],
    ['a pattern of actions', [statement('dynamodb:Get*', TABLE)], 'allowed'],
    ['a pattern of resources', [statement('dynamodb:GetItem', 'arn:aws:dynamodb:*:*:table/?')], 'allowed'],
    [
      'an allow and a deny, in this order',
      [statement('*', '*'), statement('dynamodb:*', TABLE, 'Deny')],
      'denied',
    ],
    [
      'a deny and an allow, in this order',
      [statement('dynamodb:*', TABLE, 'Deny'), statement('*', '*')],
      'denied',
    ],
    ['a deny of something else', [statement('*', '*'), statement('sqs:*', '*', 'Deny')], 'allowed'],
  ])('%s', (_what, statements, expected) => {
    expect(decide(statements, READ).kind).toBe(expected);
  });

  it('names every grant that covers the call', () => {
    const statements = [
      statement('dynamodb:GetItem', TABLE),
      statement('dynamodb:*', '*'),
      statement('sqs:*', '*'),
    ];
    expect(decide(statements, READ)).toStrictEqual({
      kind: 'allowed',
      by: [
        { action: 'dynamodb:GetItem', resource: TABLE },
        { action: 'dynamodb:*', resource: '*' },
      ],
    });
  });
});

describe('what a call needs', () => {
  const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;

  it.each([
    ['a table', tableNeeds('GetItem', { TableName: 'T' }), [['dynamodb:GetItem', TABLE]]],
    ['a table by its ARN', tableNeeds('GetItem', { TableName: TABLE }), [['dynamodb:GetItem', TABLE]]],
    [
      'an index',
      tableNeeds('Query', { TableName: 'T', IndexName: 'i' }),
      [['dynamodb:Query', `${TABLE}/index/i`]],
    ],
    [
      'every table of a batch',
      tableNeeds('BatchGetItem', { RequestItems: { T: {}, U: {} } }),
      [
        ['dynamodb:BatchGetItem', TABLE],
        ['dynamodb:BatchGetItem', arn('dynamodb', 'table/U')],
      ],
    ],
    ['no table', tableNeeds('ListTables', {}), [['dynamodb:ListTables', '*']]],
    [
      'a batch of messages',
      queueNeeds('SendMessageBatch', { QueueUrl: 'http://127.0.0.1:1/000000000000/Q' }),
      [['sqs:SendMessage', arn('sqs', 'Q')]],
    ],
    [
      'a queue by name',
      queueNeeds('GetQueueUrl', { QueueName: 'Q' }),
      [['sqs:GetQueueUrl', arn('sqs', 'Q')]],
    ],
    [
      'the account of SES',
      emailNeeds('GET', '/v2/email/account', Buffer.from('')),
      [['ses:GetAccount', '*']],
    ],
  ])('%s', (_what, needs, expected) => {
    expect(needs.map(({ action, resources }) => [action, ...resources])).toStrictEqual(expected);
  });

  it('of a bulk email: both actions, on an identity of the sender and on the configuration set', () => {
    const body = {
      FromEmailAddress: 'Status <a@mail.batch.test>',
      ConfigurationSetName: 'C',
      DefaultContent: {},
    };
    const needs = emailNeeds('POST', '/v2/email/outbound-bulk-emails', Buffer.from(JSON.stringify(body)));
    const identities = ['a@mail.batch.test', 'mail.batch.test', 'batch.test'].map((name) =>
      arn('ses', `identity/${name}`),
    );
    expect(needs).toStrictEqual(
      ['ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail'].flatMap((action) => [
        { action, resources: identities },
        { action, resources: [arn('ses', 'configuration-set/C')] },
      ]),
    );
  });
});

it.each([
  [
    'AWS4-HMAC-SHA256 Credential=ASIALAPTOP0F/20260807/us-east-1/sqs/aws4_request, SignedHeaders=host',
    'ASIALAPTOP0F',
  ],
  ['AWS4-HMAC-SHA256 SignedHeaders=host, Credential=ASIALAPTOP0F/20260807/us-east-1', 'ASIALAPTOP0F'],
  ['Bearer Credential=ASIALAPTOP0F/', undefined],
  [undefined, undefined],
])('the access key id in %s', (header, expected) => {
  expect(readAccessKeyId(header)).toBe(expected);
});

it.each([
  ['{"TableName":"T"}', { TableName: 'T' }],
  ['{', {}],
  ['', {}],
  ['null', {}],
])('the object in a body %s', (text, expected) => {
  expect(parseBody(Buffer.from(text))).toStrictEqual(expected);
});

describe('a gate', () => {
  const principal: Principal = {
    function: 'F',
    accessKeyId: 'ASIALAPTOP0F',
    arn: 'arn:aws:sts::000000000000:assumed-role/R/F',
    statements: [
      { effect: 'Allow', actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [TABLE] },
      statement('dynamodb:Query', TABLE, 'Deny'),
    ],
  };

  it('knows nobody before they are admitted, and the stack itself always', () => {
    const gate = new Gate(() => undefined);
    expect(gate.check('ASIALAPTOP0F', () => [READ])).toMatchObject({ kind: 'unknownCaller' });
    expect(gate.check(undefined, () => [READ])).toMatchObject({ kind: 'unknownCaller' });
    expect(gate.check('AKIALAPTOPADMINISTRATOR', () => [READ])).toBeUndefined();
  });

  it('lets through, refuses with who, what and why, and counts', () => {
    const record = new AccessRecord();
    const gate = new Gate(record.take);
    gate.admit([principal]);
    const check = (action: string) => gate.check('ASIALAPTOP0F', () => [READ, { ...READ, action }])?.message;
    expect(check('dynamodb:GetItem')).toBeUndefined();
    const who = 'User: arn:aws:sts::000000000000:assumed-role/R/F is not authorized to perform:';
    expect(check('dynamodb:Scan')).toBe(
      `${who} dynamodb:Scan on resource: ${TABLE} because no identity-based policy allows the dynamodb:Scan action`,
    );
    expect(check('dynamodb:Query')).toContain('with an explicit deny in an identity-based policy');
    check('dynamodb:Query');
    expect(record.statistics(principal)).toStrictEqual({
      used: [{ action: 'dynamodb:GetItem', resource: TABLE }],
      unused: [{ action: 'dynamodb:PutItem', resource: TABLE }],
      denied: [
        { action: 'dynamodb:Scan', resource: TABLE, calls: 1 },
        { action: 'dynamodb:Query', resource: TABLE, calls: 2 },
      ],
    });
  });
});
