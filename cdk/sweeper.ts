import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, SWEEP_TROUBLES } from '../shared/deployment/metrics.ts';
import { BY_DUE, BY_OPEN, BY_REMINDER } from '../shared/deployment/tables.ts';
import { ImpactAlarm, NotRunAlarm } from './alarms.ts';
import type { Channels } from './channels.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Tables } from './tables.ts';

export interface SweeperProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly channels: Channels;
}

/**
 * The safety net, run each minute: rings again what was lost, fires what is due, closes what is complete. A failed
 * run is not repeated, the next minute's does the same work; silence for five minutes is an alarm.
 */
export class Sweeper extends Construct {
  readonly function: FanoutFunction;

  constructor(scope: Construct, id: string, props: SweeperProps) {
    super(scope, id);
    const { surroundings, tables, channels } = props;
    this.function = new FanoutFunction(this, 'Sweep', {
      ...surroundings,
      name: 'sweep',
      timeoutSeconds: 55,
      memoryMb: 512,
      reason:
        'ends before the next minute begins; it waits for DynamoDB and SQS, so a third of a vCPU is enough',
      errorImpact: 'Lost doorbells are not rung again and receipts stay open. Look at the log.',
    });
    tables.open(
      this.function,
      'incidents',
      ['GetItem', 'PutItem', 'UpdateItem', 'BatchGetItem', 'Query'],
      BY_OPEN,
      BY_REMINDER,
    );
    tables.open(this.function, 'deliveries', ['GetItem', 'Query'], BY_DUE);
    channels.openPlanning(this.function);
    this.schedule();
    this.watchTroubles(surroundings.alarmTopic);
    new NotRunAlarm(this, 'NotRun', {
      topic: surroundings.alarmTopic,
      metric: this.function.lambda.metricInvocations({ period: Duration.minutes(5), statistic: Stats.SUM }),
      impact:
        'The sweeper has not run for five minutes: what a crash left undone stays undone, retries wait, receipts stay open. Look at the rule.',
    });
  }

  /** One update in each of five sweeps, twice: no trouble of the moment. */
  private watchTroubles(topic: ITopic): void {
    new ImpactAlarm(this, 'Troubles', {
      topic,
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: SWEEP_TROUBLES,
        period: Duration.minutes(5),
        statistic: Stats.SUM,
      }),
      atLeast: 5,
      periods: 2,
      impact:
        'The sweeper fails at the same update or reminder each minute: what a crash left undone there stays undone, and its receipt stays open. The others are swept. Look for sweep.trouble in its log.',
    });
  }

  private schedule(): void {
    new Rule(this, 'EachMinute', {
      description: 'Runs the sweeper',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(this.function.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
      ],
    });
    this.function.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  }
}
