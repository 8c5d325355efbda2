import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BATCH_SIZE, patientReceives, VISIBILITY_FACTOR } from '../shared/deployment/channels.ts';
import { ImpactAlarm } from './alarms.ts';
import { feedFromQueue } from './event-source.ts';
import type { FanoutFunction } from './function.ts';
import { DeadLetterQueue, SecureQueue } from './queue.ts';

/** Far longer than any message is of use: what nobody worked on by then, the alarms have told of. */
const RETENTION = Duration.days(4);

export interface WorkQueueProps {
  readonly alarmTopic: ITopic;
  /** The function's timeout: the visibility follows from it. */
  readonly timeoutSeconds: number;
  /** Rings when the oldest message has waited so long, for five minutes. */
  readonly oldestSeconds: number;
  readonly impact: {
    readonly deadLetters: string;
    readonly oldMessages: string;
  };
}

/**
 * A queue of work for one function, with its dead-letter queue and both alarms. What the function returns comes again after the
 * visibility timeout, for a day: poison is for the function to put aside. Logical ids are `<name>Queue` and `<name>DeadLetterQueue`.
 */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, name: string, props: WorkQueueProps) {
    super(scope, name);
    const { alarmTopic, impact } = props;
    this.deadLetters = new DeadLetterQueue(this, `${name}DeadLetterQueue`, {
      alarmTopic,
      impact: impact.deadLetters,
    }).queue;
    const visibilitySeconds = VISIBILITY_FACTOR * props.timeoutSeconds;
    this.queue = new SecureQueue(this, `${name}Queue`, {
      retentionPeriod: RETENTION,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: patientReceives(visibilitySeconds) },
    });
    new ImpactAlarm(this, 'OldMessages', {
      topic: alarmTopic,
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      atLeast: props.oldestSeconds,
      periods: 5,
      impact: impact.oldMessages,
    });
  }

  /** Feeds the function that does the work; `batchSize` where a message needs all of the function's time. */
  feed(fn: FanoutFunction, maximumConcurrency: number, batchSize = BATCH_SIZE): void {
    const fed = { queue: this.queue, function: fn, maximumConcurrency, batchSize };
    feedFromQueue(this, 'Messages', { ...fed, on: true });
  }

  /** Lets a function put messages in, and tells it where. */
  openSending(fn: FanoutFunction, variable: string): void {
    fn.tell({ [variable]: this.queue.queueUrl });
    fn.allow(['sqs:SendMessage'], [this.queue.queueArn]);
  }

  /** Lets a function put aside what can never be processed, with its reason. */
  openBurying(fn: FanoutFunction, variable: string): void {
    fn.tell({ [variable]: this.deadLetters.queueUrl });
    fn.allow(['sqs:SendMessage'], [this.deadLetters.queueArn]);
  }
}
