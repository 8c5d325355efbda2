import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { FUNCTIONS, type FunctionName } from '../shared/deployment/functions.ts';
import { ImpactAlarm } from './alarms.ts';
import type { Bundles } from './bundles.ts';
import { pin } from './pin.ts';

/** What every function of the stack needs around it. */
export interface FunctionSurroundings {
  readonly bundles: Bundles;
  readonly logRetention: RetentionDays;
  readonly alarmTopic: ITopic;
}

export interface FanoutFunctionProps extends FunctionSurroundings {
  readonly name: FunctionName;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Why this much memory and time: shown as the function's description. */
  readonly reason: string;
  /** What it means for people when this function fails. */
  readonly errorImpact: string;
  /** It answers messages of a queue by new ones in the same queue: Lambda would take that for a runaway (decision 57). */
  readonly ringsItself?: boolean;
}

/** Errors within five minutes that are no longer a passing trouble, which retries answer. */
const ERRORS_THAT_LAST = 3;

/**
 * One Lambda function with a role, a log group and an error alarm of its own.
 *
 * The role starts with the right to write its own log and gets nothing but what `allow` says: grants that CDK
 * would add by itself do not arrive. Whoever owns a resource opens it to a function (`Tables.open`, `Secrets.open`,
 * `DeliveryChannel.openRinging`): that allows and tells in one go, so a function can reach exactly what it knows of.
 */
export class FanoutFunction extends Construct {
  readonly lambda: LambdaFunction;
  private readonly policy = new PolicyDocument();

  constructor(scope: Construct, id: string, props: FanoutFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: this.policy },
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.reason,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundles[props.name]),
      handler: 'index.handler',
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: role.withoutPolicyUpdates(),
      logGroup,
      ...(props.ringsItself && { recursiveLoop: RecursiveLoop.ALLOW }),
    });
    pin(this.lambda, FUNCTIONS[props.name]);
    new ImpactAlarm(this, 'Errors', {
      topic: props.alarmTopic,
      metric: this.lambda.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
      atLeast: ERRORS_THAT_LAST,
      periods: 1,
      impact: props.errorImpact,
    });
  }

  /** Adds one statement to the role's policy: these actions, on these resources. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.policy.addStatements(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** Sets environment variables. */
  tell(environment: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(environment)) this.lambda.addEnvironment(name, value);
  }
}
