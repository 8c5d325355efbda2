import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ImpactAlarm } from './alarms.ts';
import { pin } from './pin.ts';

/** Longer than any source keeps a message: in a dead-letter queue its age still counts from the first enqueue. */
const DEAD_LETTER_RETENTION = Duration.days(14);

/** A standard queue, encrypted by SQS, that takes and gives messages over TLS only. */
export class SecureQueue extends Queue {
  constructor(scope: Construct, logicalId: string, props: QueueProps = {}) {
    super(scope, logicalId, { ...props, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true });
    pin(this, logicalId);
  }
}

export interface DeadLetterQueueProps {
  readonly alarmTopic: ITopic;
  /** What it means for people when something lies here. */
  readonly impact: string;
}

/** Where a message goes that can never be processed. One message is an alarm. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, logicalId: string, props: DeadLetterQueueProps) {
    super(scope, logicalId);
    this.queue = new SecureQueue(this, logicalId, { retentionPeriod: DEAD_LETTER_RETENTION });
    new ImpactAlarm(this, 'NotEmpty', {
      topic: props.alarmTopic,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      atLeast: 1,
      periods: 1,
      impact: props.impact,
    });
  }
}
