import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { METRIC_NAMESPACE, SMS_REPORT_METRIC } from '../shared/deployment/metrics.ts';
import { BY_ADDRESS } from '../shared/deployment/tables.ts';
import { ImpactAlarm } from './alarms.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

export interface FeedbackProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly publicUrl: string;
}

/** What providers report afterwards. Twilio signs the address that it calls, so the function must know its own. */
export class Feedback extends Construct {
  readonly function: FanoutFunction;

  constructor(scope: Construct, id: string, { surroundings, tables, secrets, publicUrl }: FeedbackProps) {
    super(scope, id);
    this.function = new FanoutFunction(this, 'Feedback', {
      ...surroundings,
      name: 'feedback',
      timeoutSeconds: 10,
      memoryMb: 512,
      reason: 'checks one signature per request, mostly after a cold start; Twilio waits 15 s for an answer',
      errorImpact:
        'Reports of providers are lost: numbers that cannot be reached are tried again, and a STOP holds only at Twilio until the next text. Look at the log.',
    });
    tables.open(this.function, 'subscribers', ['GetItem', 'UpdateItem'], BY_ADDRESS);
    tables.open(this.function, 'deliveries', ['GetItem', 'PutItem', 'UpdateItem']);
    secrets.open(this.function, 'twilio', 'addressKey');
    this.function.tell({ [ENV.publicUrl]: publicUrl });
    new ImpactAlarm(this, 'SmsSenderRefused', {
      topic: surroundings.alarmTopic,
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: SMS_REPORT_METRIC.name,
        dimensionsMap: { [SMS_REPORT_METRIC.dimension]: SMS_REPORT_METRIC.senderRefused },
        period: Duration.minutes(5),
        statistic: Stats.SUM,
      }),
      atLeast: 1,
      periods: 1,
      impact:
        'Carriers refuse our texts, so subscribers are not told although Twilio accepts: filtered (30007), or a sender that is not registered (30034, 30032). Look at the codes in the log, then at the registrations in the Twilio console. No subscriber is disabled for it.',
    });
  }
}
