// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's Fn::Sub looks the same
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Resources as CDK synthesizes them, for the parts of a stack that a test needs. */
export type Resources = Record<string, { Type: string; Properties?: unknown; Metadata?: unknown }>;

const getArn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

/** Writes a template where its assets can be found, and gives its path. */
export function writeTemplate(resources: Resources): string {
  const directory = mkdtempSync(join(tmpdir(), 'stack-'));
  const located = Object.fromEntries(
    Object.entries(resources).map(([logicalId, resource]) => [logicalId, locate(resource, directory)]),
  );
  const path = join(directory, 'Fixture.template.json');
  writeFileSync(path, JSON.stringify({ Resources: located }));
  return path;
}

function locate(resource: Resources[string], directory: string): Resources[string] {
  const asset = (resource.Metadata as { 'aws:asset:path'?: string } | undefined)?.['aws:asset:path'];
  if (asset === undefined) return resource;
  const folder = relative(directory, join(import.meta.dirname, asset));
  return { ...resource, Metadata: { 'aws:asset:path': folder } };
}

/** A statement of a role's policy. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** A role that says what is not at stake: everything is allowed. */
const EVERYTHING: readonly Statement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }];

/** A policy document as a template holds it. */
export const policyOf = (statements: readonly Statement[]) => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** A function with one of this folder's bundles, and its role with one inline policy. */
export function lambda(
  logicalId: string,
  bundle: 'consumer' | 'inspector' | 'web',
  properties: { Timeout?: number; Environment?: unknown; [name: string]: unknown } = {},
  statements: readonly Statement[] = EVERYTHING,
): Resources {
  return {
    [`${logicalId}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {},
        Policies: [{ PolicyName: 'own', PolicyDocument: policyOf(statements) }],
      },
    },
    [logicalId]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Architectures: ['arm64'],
        Code: { S3Bucket: { 'Fn::Sub': 'cdk-${AWS::AccountId}-${AWS::Region}' }, S3Key: '0123.zip' },
        Handler: 'index.handler',
        MemorySize: 256,
        Role: getArn(`${logicalId}Role`),
        Runtime: 'nodejs24.x',
        Timeout: 10,
        ...properties,
      },
      Metadata: { 'aws:asset:path': bundle },
    },
  };
}

/** A queue with its dead-letter queue. */
export function queue(
  logicalId: string,
  {
    visibilitySeconds = 3,
    maxReceiveCount = 5,
  }: { visibilitySeconds?: number; maxReceiveCount?: number } = {},
): Resources {
  return {
    [`${logicalId}Dead`]: {
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true },
    },
    [logicalId]: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: visibilitySeconds,
        RedrivePolicy: { deadLetterTargetArn: getArn(`${logicalId}Dead`), maxReceiveCount },
      },
    },
  };
}

/** The event source mapping from a queue to a function. */
export function mapping(
  queueId: string,
  functionId: string,
  { batchSize = 10, maximumConcurrency = 2 }: { batchSize?: number; maximumConcurrency?: number } = {},
): Resources {
  return {
    [`${functionId}From${queueId}`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        BatchSize: batchSize,
        EventSourceArn: getArn(queueId),
        FunctionName: { Ref: functionId },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: maximumConcurrency },
      },
    },
  };
}

/** An HTTP API whose routes all lead to one function. */
export function httpApi(functionId: string, routeKeys: readonly string[], timeoutMs?: number): Resources {
  const routes = routeKeys.map((RouteKey, index) => [
    `Route${index}`,
    {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        AuthorizationType: 'NONE',
        RouteKey,
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
  ]);
  return {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, AutoDeploy: true, StageName: '$default' },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: getArn(functionId),
        PayloadFormatVersion: '2.0',
        ...(timeoutMs === undefined ? {} : { TimeoutInMillis: timeoutMs }),
      },
    },
    ...Object.fromEntries(routes),
  };
}

/** A rule with a schedule or a pattern, and one function as its target. */
export function rule(logicalId: string, functionId: string, trigger: object): Resources {
  return {
    [logicalId]: {
      Type: 'AWS::Events::Rule',
      Properties: { State: 'ENABLED', Targets: [{ Arn: getArn(functionId), Id: 'Target0' }], ...trigger },
    },
  };
}

/** A table with keys `pk` and `sk` and an index that turns them around. */
export function table(logicalId: string): Resources {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  return {
    [logicalId]: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        GlobalSecondaryIndexes: [
          { IndexName: 'turned', KeySchema: key('sk', 'pk'), Projection: { ProjectionType: 'ALL' } },
        ],
        KeySchema: key('pk', 'sk'),
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    },
  };
}
