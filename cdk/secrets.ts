import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { SECRETS, type SecretName } from '../shared/deployment/secrets.ts';
import type { FanoutFunction } from './function.ts';
import { pin } from './pin.ts';

/** 43 letters and digits: 256 bits. */
const KEY_LENGTH = 43;

/** Why no secret rotates by itself (AwsSolutions-SMG4). */
const NO_ROTATION: Readonly<Record<SecretName, string>> = {
  operator: 'Publishers hold this key: a rotation that they do not know of would refuse their updates.',
  statuspage: 'Part of the address that Statuspage calls: only the operator can change it there.',
  addressKey: 'Names every address in tables and ledger: another key would lose every subscriber.',
  linkKey:
    'Signs the links in emails, which never expire: the old key has to stay beside the new, which a rotation would not do.',
  webhookKey: "Receivers' signing secrets derive from it: another key would fail every signature.",
  installationKey:
    'Seals the tokens of Slack installations: with another key every workspace would have to install the app again.',
  twilio: 'Issued by Twilio and filled in by the operator: Secrets Manager cannot renew it.',
  slack: 'Issued by Slack at installation: Secrets Manager cannot renew it.',
};

/**
 * The secrets. They outlive the stack: without `addressKey` the tables cannot be read any more.
 *
 * The texts that they are created from must never change: CloudFormation would make a new value, and so drop a
 * key in use or what the operator filled in. A test pins them.
 */
export class Secrets extends Construct {
  private readonly secrets: Readonly<Record<SecretName, Secret>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.secrets = {
      operator: this.create('operator'),
      statuspage: this.create('statuspage'),
      addressKey: this.create('addressKey'),
      linkKey: this.create('linkKey'),
      webhookKey: this.create('webhookKey'),
      installationKey: this.create('installationKey'),
      twilio: this.create('twilio'),
      slack: this.create('slack'),
    };
  }

  /** Lets the function read these secrets, and tells it where they are. */
  open(fn: FanoutFunction, ...names: readonly SecretName[]): void {
    for (const name of names) {
      const arn = this.arn(name);
      fn.tell({ [ENV[`${name}Secret`]]: arn });
      fn.allow(['secretsmanager:GetSecretValue'], [arn]);
    }
  }

  arn(name: SecretName): string {
    return this.secrets[name].secretArn;
  }

  private create(name: SecretName): Secret {
    const shape = SECRETS[name];
    const secret = new Secret(this, shape.logicalId, {
      description: describe(name),
      removalPolicy: RemovalPolicy.RETAIN,
      ...(shape.generated
        ? { generateSecretString: randomMember(shape.members[0]) }
        : { secretStringValue: SecretValue.unsafePlainText(shape.initial) }),
    });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: NO_ROTATION[name] });
    return pin(secret, shape.logicalId);
  }
}

function describe(name: SecretName): string {
  const { generated, members } = SECRETS[name];
  return `incident-fanout: ${name}${generated ? '' : `, to be filled in: ${members.join(', ')}`}`;
}

function randomMember(member: string): SecretStringGenerator {
  return {
    secretStringTemplate: '{}',
    generateStringKey: member,
    excludePunctuation: true,
    passwordLength: KEY_LENGTH,
  };
}
