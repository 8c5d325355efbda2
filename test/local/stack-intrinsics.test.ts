// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's Fn::Sub looks the same
import { describe, expect, it } from 'vitest';
import { type References, resolve } from '../../local/stack/template/intrinsics.ts';
import { LaptopReferences } from '../../local/stack/template/references.ts';

const references: References = {
  ref: (name) => `ref:${name}`,
  attribute: (logicalId, attribute) => `attribute:${logicalId}.${attribute}`,
};

describe('resolve', () => {
  it.each<[string, unknown, unknown]>([
    ['a plain value', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
    ['Ref', { Ref: 'Queue' }, 'ref:Queue'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'attribute:Queue.Arn'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'attribute:Queue.Arn'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }, 3]] }, 'a-ref:B-3'],
    ['Fn::Sub', { 'Fn::Sub': '${A}/${B.Arn}/${!C}' }, 'ref:A/attribute:B.Arn/${C}'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${x}${Y}', { x: { Ref: 'X' } }] }, 'ref:Xref:Y'],
    ['Fn::Split in Fn::Select', { 'Fn::Select': [1, { 'Fn::Split': [':', { Ref: 'A' }] }] }, 'A'],
    ['expressions deep inside', { a: [{ b: { Ref: 'C' } }] }, { a: [{ b: 'ref:C' }] }],
    [
      'AWS::NoValue, which takes its property away',
      { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] },
      { b: [1] },
    ],
  ])('resolves %s', (_what, value, expected) => {
    expect(resolve(value, references)).toStrictEqual(expected);
  });

  it.each<[string, unknown]>([
    ['Fn::ImportValue', { 'Fn::ImportValue': 'x' }],
    ['Fn::Join', { 'Fn::Join': ['-', 'not a list'] }],
    ['Fn::Select', { 'Fn::Select': [5, ['a']] }],
  ])('refuses %s by name', (name, value) => {
    expect(() => resolve(value, references)).toThrow(name);
  });
});

describe('references of a laptop', () => {
  const of = (Type: string, Properties = {}) => ({ Type, Properties, Metadata: {}, Condition: undefined });
  const laptop = new LaptopReferences(
    {
      stackName: 'Stack',
      directory: '/',
      resources: {
        Api: of('AWS::ApiGatewayV2::Api'),
        Bus: of('AWS::Events::EventBus', { Name: { 'Fn::Sub': '${AWS::StackName}-bus' } }),
        Function: of('AWS::Lambda::Function'),
        Queue: of('AWS::SQS::Queue'),
        Role: of('AWS::IAM::Role'),
        Secret: of('AWS::SecretsManager::Secret'),
        Table: of('AWS::DynamoDB::Table', { TableName: 'named' }),
      },
      parameters: { Given: { Default: 'value' }, Open: {} },
    },
    { api: 'http://127.0.0.1:1', sqs: 'http://127.0.0.1:2' },
  );

  it.each<[string, unknown]>([
    ['AWS::Region', 'us-east-1'],
    ['AWS::AccountId', '000000000000'],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::StackName', 'Stack'],
    ['Bus', 'Stack-bus'],
    ['Function', 'Stack-Function'],
    ['Given', 'value'],
    ['Queue', 'http://127.0.0.1:2/000000000000/Stack-Queue'],
    ['Secret', 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Stack-Secret-laptop'],
    ['Table', 'named'],
  ])('Ref %s', (name, expected) => {
    expect(laptop.ref(name)).toBe(expected);
  });

  it.each<[string, string, unknown]>([
    ['Api', 'ApiEndpoint', 'http://127.0.0.1:1'],
    ['Bus', 'Arn', 'arn:aws:events:us-east-1:000000000000:event-bus/Stack-bus'],
    ['Function', 'Arn', 'arn:aws:lambda:us-east-1:000000000000:function:Stack-Function'],
    ['Queue', 'Arn', 'arn:aws:sqs:us-east-1:000000000000:Stack-Queue'],
    ['Queue', 'QueueName', 'Stack-Queue'],
    ['Table', 'Arn', 'arn:aws:dynamodb:us-east-1:000000000000:table/named'],
  ])('Fn::GetAtt %s.%s', (logicalId, attribute, expected) => {
    expect(laptop.attribute(logicalId, attribute)).toBe(expected);
  });

  it('names what it does not know', () => {
    expect(() => laptop.ref('Nobody')).toThrow('Nobody');
    expect(() => laptop.ref('Open')).toThrow('Parameter Open has no default');
    expect(() => laptop.attribute('Table', 'StreamArn')).toThrow('Table.StreamArn (AWS::DynamoDB::Table)');
  });
});
