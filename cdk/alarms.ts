import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** Where all alarms go: one topic, with one mailbox when the settings name one. */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: { readonly mailbox: string | undefined }) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { displayName: 'incident-fanout alarms', enforceSSL: true });
    // A policy of our own, here the one that demands TLS, replaces the default one that lets CloudWatch publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (props.mailbox) topic.addSubscription(new EmailSubscription(props.mailbox));
    this.topic = topic;
  }
}

export interface ImpactAlarmProps {
  readonly topic: ITopic;
  readonly metric: IMetric;
  /** Rings at this value and above. */
  readonly atLeast: number;
  /** Periods of the metric in a row before it rings. */
  readonly periods: number;
  /** What it means for subscribers or publishers, and where to look first. Whoever is woken reads this. */
  readonly impact: string;
  /** False while nobody expects the thing to work. */
  readonly enabled?: boolean;
}

/** An alarm on too much of something. Cannot be written without saying what it means for people. */
export class ImpactAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: ImpactAlarmProps) {
    super(scope, id, {
      metric: props.metric,
      threshold: props.atLeast,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: props.impact,
      actionsEnabled: props.enabled ?? true,
    });
    this.addAlarmAction(new SnsAction(props.topic));
  }
}

/** An alarm on silence: rings when the metric has not reached 1 within its period, or has no data at all. */
export class NotRunAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: Pick<ImpactAlarmProps, 'topic' | 'metric' | 'impact'>) {
    super(scope, id, {
      metric: props.metric,
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: props.impact,
    });
    this.addAlarmAction(new SnsAction(props.topic));
  }
}
