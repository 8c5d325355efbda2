import type { Template } from './template.ts';

/** Resource types that the laptop stack runs. */
export const INTERPRETED = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
] as const;

/** Resource types that are left out on purpose, each with the reason. */
export const WITHOUT_MEANING: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'tells AWS which constructs made the stack',
  'AWS::CloudWatch::Alarm': 'nobody is on call for a laptop',
  'AWS::CloudWatch::CompositeAlarm': 'nobody is on call for a laptop',
  'AWS::CloudWatch::Dashboard': 'there are no metrics to show',
  'AWS::Events::EventBusPolicy': 'only roles are checked, not policies of resources',
  'AWS::KMS::Alias': 'nothing is written to disk',
  'AWS::KMS::Key': 'nothing is written to disk',
  'AWS::Lambda::Permission': 'services call functions without asking',
  'AWS::Logs::LogGroup': 'log lines go to the caller of the stack',
  'AWS::Logs::MetricFilter': 'log lines go to the caller of the stack',
  'AWS::Logs::QueryDefinition': 'log lines go to the caller of the stack',
  'AWS::Logs::ResourcePolicy': 'only roles are checked, not policies of resources',
  'AWS::SNS::TopicPolicy': 'only roles are checked, not policies of resources',
  'AWS::SQS::QueuePolicy': 'only roles are checked, not policies of resources',
  'AWS::SecretsManager::ResourcePolicy': 'only roles are checked, not policies of resources',
};

/**
 * Refuses a template that holds a resource type of neither list: what would be silently missing here is what
 * a test on a laptop would not find.
 */
export function checkResourceTypes(template: Template): void {
  const known = new Set<string>([...INTERPRETED, ...Object.keys(WITHOUT_MEANING)]);
  const unknown = Object.entries(template.resources)
    .filter(([, { Type }]) => !known.has(Type))
    .map(([logicalId, { Type }]) => `  ${logicalId}: ${Type}`);
  if (unknown.length === 0) return;
  throw new Error(
    `The laptop stack does not know these resources:\n${unknown.join('\n')}\n` +
      'Interpret the type, or say why it has no meaning on a laptop (local/stack/template/resource-types.ts)',
  );
}
