import { type References, resolve } from './intrinsics.ts';
import { ACCOUNT, arnOf, namingOf, REGION } from './names.ts';
import { resourceAt, type Template } from './template.ts';

/** Addresses that are known only once a port is bound. */
export interface Addresses {
  /** Base address of the HTTP API, without a trailing slash. */
  readonly api: string;
  /** Base address of SQS, without a trailing slash. */
  readonly sqs: string;
}

/** Answers `Ref` and `Fn::GetAtt` for a template that runs on a laptop. */
export class LaptopReferences implements References {
  readonly #template: Template;
  readonly #addresses: Addresses;

  constructor(template: Template, addresses: Addresses) {
    this.#template = template;
    this.#addresses = addresses;
  }

  /** The chosen name, or one made of stack and logical id. */
  name(logicalId: string): string {
    const { Type, Properties } = resourceAt(this.#template, logicalId);
    const { nameProperty } = namingOf(Type);
    const chosen = nameProperty === undefined ? undefined : resolve(Properties[nameProperty], this);
    return typeof chosen === 'string' ? chosen : `${this.#template.stackName}-${logicalId}`;
  }

  /** The Amazon Resource Name. */
  arn(logicalId: string): string {
    const { Type } = resourceAt(this.#template, logicalId);
    return arnOf(Type, this.name(logicalId));
  }

  /** Address of a queue. */
  queueUrl(logicalId: string): string {
    return `${this.#addresses.sqs}/${ACCOUNT}/${this.name(logicalId)}`;
  }

  ref(name: string): unknown {
    switch (name) {
      case 'AWS::Region':
        return REGION;
      case 'AWS::AccountId':
        return ACCOUNT;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return this.#template.stackName;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${this.#template.stackName}/laptop`;
    }
    const parameter = this.#template.parameters[name];
    if (parameter !== undefined) {
      if (parameter.Default === undefined) throw new Error(`Parameter ${name} has no default`);
      return parameter.Default;
    }
    switch (namingOf(resourceAt(this.#template, name).Type).ref) {
      case 'arn':
        return this.arn(name);
      case 'url':
        return this.queueUrl(name);
      case 'id':
        return name;
      default:
        return this.name(name);
    }
  }

  attribute(logicalId: string, attribute: string): unknown {
    const { Type } = resourceAt(this.#template, logicalId);
    if (attribute === 'Arn') return this.arn(logicalId);
    if (Type === 'AWS::ApiGatewayV2::Api' && attribute === 'ApiEndpoint') return this.#addresses.api;
    if (Type === 'AWS::SQS::Queue' && attribute === 'QueueName') return this.name(logicalId);
    if (Type === 'AWS::SQS::Queue' && attribute === 'QueueUrl') return this.queueUrl(logicalId);
    if (Type === 'AWS::SNS::Topic' && attribute === 'TopicArn') return this.arn(logicalId);
    if (Type === 'AWS::SNS::Topic' && attribute === 'TopicName') return this.name(logicalId);
    throw new Error(`The laptop stack does not know Fn::GetAtt ${logicalId}.${attribute} (${Type})`);
  }
}
