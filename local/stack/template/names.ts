/** The pretended place: fauxqs knows this account and this region. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

/** How CloudFormation names a type: the property that holds a chosen name, the ARN, what `Ref` gives. */
interface Naming {
  readonly nameProperty?: string;
  readonly arn?: (name: string) => string;
  readonly ref?: 'name' | 'arn' | 'url' | 'id';
}

const arn = (service: string, resource: (name: string) => string) => (name: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource(name)}`;

/** Types that are not listed have no name property, `Ref` gives a name made of the logical id. */
const NAMINGS: Readonly<Record<string, Naming>> = {
  'AWS::ApiGatewayV2::Api': { ref: 'id' },
  'AWS::ApiGatewayV2::Integration': { ref: 'id' },
  'AWS::DynamoDB::GlobalTable': {
    nameProperty: 'TableName',
    arn: arn('dynamodb', (name) => `table/${name}`),
  },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', arn: arn('dynamodb', (name) => `table/${name}`) },
  'AWS::Events::EventBus': { nameProperty: 'Name', arn: arn('events', (name) => `event-bus/${name}`) },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: arn('events', (name) => `rule/${name}`) },
  'AWS::IAM::Role': { nameProperty: 'RoleName', arn: (name) => `arn:aws:iam::${ACCOUNT}:role/${name}` },
  'AWS::KMS::Key': { arn: arn('kms', (name) => `key/${name}`) },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: arn('lambda', (name) => `function:${name}`) },
  'AWS::Logs::LogGroup': { nameProperty: 'LogGroupName', arn: arn('logs', (name) => `log-group:${name}:*`) },
  'AWS::SES::ConfigurationSet': {
    nameProperty: 'Name',
    arn: arn('ses', (name) => `configuration-set/${name}`),
  },
  'AWS::SES::EmailIdentity': { nameProperty: 'EmailIdentity', arn: arn('ses', (name) => `identity/${name}`) },
  'AWS::SES::Template': { arn: arn('ses', (name) => `template/${name}`) },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: arn('sns', (name) => name), ref: 'arn' },
  'AWS::SQS::Queue': { nameProperty: 'QueueName', arn: arn('sqs', (name) => name), ref: 'url' },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    // AWS appends six characters to the name.
    arn: arn('secretsmanager', (name) => `secret:${name}-laptop`),
    ref: 'arn',
  },
};

/** The ARN of what has this type and name. */
export function arnOf(type: string, name: string): string {
  const { arn: write } = namingOf(type);
  if (write === undefined) throw new Error(`${type} ${name} has no ARN in the laptop stack`);
  return write(name);
}

/** How the type is named. */
export function namingOf(type: string): Naming {
  return NAMINGS[type] ?? {};
}
