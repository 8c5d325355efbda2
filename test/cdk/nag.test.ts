import { type App, Validations } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import type { IncidentFanoutStack } from '../../cdk/stack.ts';
import { composeWithoutCode } from './template.ts';

function findingsIn(app: App): readonly string[] {
  return new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
}

function first<T extends IConstruct>(
  stack: IncidentFanoutStack,
  type: abstract new (...args: never[]) => T,
  path = '',
): T {
  const found = stack.node.findAll().find((node) => node instanceof type && node.node.path.includes(path));
  if (!(found instanceof type)) throw new Error(`expected a ${type.name} at ${path}`);
  return found;
}

/** Each takes a protection away, in the way of a construct that forgot it. */
const MUTATIONS: readonly (readonly [string, (stack: IncidentFanoutStack) => unknown])[] = [
  ['AwsSolutions-DDB3', (stack) => (first(stack, CfnTable).pointInTimeRecoverySpecification = undefined)],
  ['AwsSolutions-SQS2', (stack) => (first(stack, CfnQueue).sqsManagedSseEnabled = false)],
  ['AwsSolutions-SQS3', (stack) => (first(stack, CfnQueue, 'EmailQueue').redrivePolicy = undefined)],
  ['AwsSolutions-APIG1', (stack) => (first(stack, CfnStage).accessLogSettings = undefined)],
  ['AwsSolutions-L1', (stack) => (first(stack, CfnFunction).runtime = 'nodejs22.x')],
  [
    'AwsSolutions-IAM4',
    (stack) => (first(stack, CfnRole).managedPolicyArns = ['arn:aws:iam::aws:policy/ReadOnlyAccess']),
  ],
  [
    'AwsSolutions-IAM5',
    (stack) =>
      (first(stack, CfnRole).policies = [
        {
          policyName: 'all',
          policyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
        },
      ]),
  ],
  ['AwsSolutions-SNS3', (stack) => (first(stack, CfnTopicPolicy).policyDocument = { Statement: [] })],
  ['AwsSolutions-SMG4', (stack) => new Secret(stack, 'NewSecret')],
];

describe('cdk-nag, AwsSolutions', () => {
  it('finds nothing that has no reason', () => {
    expect(findingsIn(composeWithoutCode().app)).toEqual([]);
  });

  it.each(MUTATIONS)('%s is found when the protection is gone', (rule, mutate) => {
    const { app, stack } = composeWithoutCode();
    mutate(stack);
    const rules = findingsIn(app).map((finding) => finding.replace(/\[.*/, ''));
    expect(rules).toContain(rule);
  });

  it('fails synthesis', () => {
    const { app, stack } = composeWithoutCode();
    new Secret(stack, 'NewSecret');
    expect(() => app.synth()).toThrow(/AwsSolutions-SMG4|[Vv]alidation failed/);
  });

  it('is answered on resources and with sentences, never for the whole stack', () => {
    const { app, stack } = composeWithoutCode();
    const key = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
    const answers = stack.node
      .findAll()
      .flatMap((node) =>
        node.node.metadata
          .filter(({ type }) => type === key)
          .flatMap(({ data }) =>
            Object.entries<unknown>(data).map(([rule, reason]) => ({ node, rule, reason })),
          ),
      );
    expect(answers.length).toBeGreaterThan(15);
    for (const { node, reason } of answers) {
      expect(node).not.toBe(stack);
      expect(node).not.toBe(app);
      expect(String(reason).length).toBeGreaterThan(30);
    }
    const rules = new Set(answers.map(({ rule }) => rule.replace(/^annotation::/i, '')));
    expect([...rules].toSorted()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-IAM5[Resource::*]',
      'AwsSolutions-SMG4',
    ]);
  });
});
