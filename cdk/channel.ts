import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  BATCH_SIZE,
  CHANNEL_SIZING,
  DELIVERY_NODE_OPTIONS,
  MAX_DELAY_SECONDS,
  patientReceives,
  VISIBILITY_FACTOR,
} from '../shared/deployment/channels.ts';
import { ENV, QUEUE_URL_ENV } from '../shared/deployment/env.ts';
import { METRIC_NAMESPACE, PAUSED_METRIC } from '../shared/deployment/metrics.ts';
import type { Channel } from '../shared/domain/channel.ts';
import { ImpactAlarm } from './alarms.ts';
import { feedFromQueue } from './event-source.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import { DeadLetterQueue, SecureQueue } from './queue.ts';

/** The sweeper rings again what was lost, so a doorbell need not be kept for long; dead letters keep 14 days. */
const RETENTION = Duration.days(4);

/**
 * The objective for the oldest doorbell: the longest that one waits on purpose, and as long again for the work.
 * Rings when it was missed for five minutes.
 */
const OLDEST_DOORBELL_SECONDS = 2 * MAX_DELAY_SECONDS;

/** A provider that throttles for a moment is met by one or two of them. */
const MOST_OF_FIVE_SWEEPS = 4;

/** What it means for subscribers of this channel when something is wrong. */
export interface ChannelImpact {
  readonly deadLetters: string;
  readonly oldDoorbells: string;
  readonly errors: string;
  /** Absent for a channel that has no provider in common, so none that all wait for. */
  readonly paused?: string;
}

export interface DeliveryChannelProps extends FunctionSurroundings {
  readonly channel: Channel;
  /** False: the event source is off, so what waits in the queue stays there and nobody is told. */
  readonly on: boolean;
  readonly impact: ChannelImpact;
}

/**
 * One way of telling subscribers: a queue of doorbells, its dead-letter queue, the function that they ring, the
 * event source between them, and the alarms. All sizes follow from `CHANNEL_SIZING`; there is no way to make one
 * whose visibility does not fit its timeout, or one without partial batch failures, dead-letter queue or alarms.
 */
export class DeliveryChannel extends Construct {
  readonly channel: Channel;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly function: FanoutFunction;

  constructor(scope: Construct, id: string, props: DeliveryChannelProps) {
    super(scope, id);
    const { channel, impact, on } = props;
    const sizing = CHANNEL_SIZING[channel];
    this.channel = channel;
    this.deadLetters = new DeadLetterQueue(this, `${id}DeadLetterQueue`, {
      alarmTopic: props.alarmTopic,
      impact: impact.deadLetters,
    }).queue;
    const visibilitySeconds = VISIBILITY_FACTOR * sizing.timeoutSeconds;
    this.queue = new SecureQueue(this, `${id}Queue`, {
      retentionPeriod: RETENTION,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: patientReceives(visibilitySeconds) },
    });
    this.function = new FanoutFunction(this, 'Deliver', {
      ...props,
      name: `deliver-${channel}`,
      timeoutSeconds: sizing.timeoutSeconds,
      memoryMb: sizing.memoryMb,
      reason: sizing.memoryReason,
      errorImpact: impact.errors,
      ringsItself: true,
    });
    this.function.tell({ NODE_OPTIONS: DELIVERY_NODE_OPTIONS });
    this.listen(sizing.maximumConcurrency, on);
    new ImpactAlarm(this, 'OldDoorbells', {
      topic: props.alarmTopic,
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      atLeast: OLDEST_DOORBELL_SECONDS,
      periods: 5,
      impact: impact.oldDoorbells,
      enabled: on,
    });
    if (impact.paused !== undefined) this.watchPauses(impact.paused, props.alarmTopic);
  }

  /** What waits for a provider is rung anew, so its age never tells (decision 58): the sweeper says each minute who pauses. */
  private watchPauses(impact: string, topic: ITopic): void {
    new ImpactAlarm(this, 'Paused', {
      topic,
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: PAUSED_METRIC.name,
        dimensionsMap: { [PAUSED_METRIC.dimension]: this.channel },
        period: Duration.minutes(5),
        statistic: Stats.SUM,
      }),
      atLeast: MOST_OF_FIVE_SWEEPS,
      periods: 2,
      impact,
    });
  }

  /** Lets a function ring for this channel, and tells it where. */
  openRinging(fn: FanoutFunction): void {
    fn.tell({ [QUEUE_URL_ENV[this.channel]]: this.queue.queueUrl });
    fn.allow(['sqs:SendMessage'], [this.queue.queueArn]);
  }

  private listen(maximumConcurrency: number, on: boolean): void {
    const fn = this.function;
    const { queue } = this;
    feedFromQueue(this, 'Doorbells', { queue, function: fn, batchSize: BATCH_SIZE, maximumConcurrency, on });
    // What waits on purpose is rung again with a delay; what can never be processed is put aside with its reason.
    this.openRinging(fn);
    fn.tell({ [ENV.deadLetterQueueUrl]: this.deadLetters.queueUrl });
    fn.allow(['sqs:SendMessage'], [this.deadLetters.queueArn]);
  }
}
