import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { BY_ADDRESS } from '../shared/deployment/tables.ts';
import { EmailAlarms } from './email-alarms.ts';
import type { EmailSending } from './email-sending.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Tables } from './tables.ts';
import { WorkQueue } from './work-queue.ts';

export interface EmailFeedbackProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly sending: EmailSending;
}

const TIMEOUT_SECONDS = 30;
const MAXIMUM_CONCURRENCY = 2;

/** Until a bounce is heard the address is written to again, which costs reputation. */
const OLDEST_SECONDS = 900;

/**
 * What SES reports of mails that it has taken: topic, queue, function. A topic because SES has no queue as its destination, and
 * EventBridge promises best effort only. SNS tries for 23 days to hand a message to a queue, so it needs no dead letters of its own.
 */
export class EmailFeedback extends Construct {
  readonly function: FanoutFunction;
  readonly events: WorkQueue;

  constructor(scope: Construct, id: string, { surroundings, tables, sending }: EmailFeedbackProps) {
    super(scope, id);
    this.events = new WorkQueue(this, 'EmailFeedback', {
      alarmTopic: surroundings.alarmTopic,
      timeoutSeconds: TIMEOUT_SECONDS,
      oldestSeconds: OLDEST_SECONDS,
      impact: {
        deadLetters:
          'A report of SES could not be read or used: somebody whose mail bounces, or who has complained, may be written to again. Each message carries its reason.',
        oldMessages:
          'Bounces and complaints are heard a quarter of an hour late: dead addresses are written to, which costs reputation. Look at the log.',
      },
    });
    this.function = new FanoutFunction(this, 'EmailFeedbackFunction', {
      ...surroundings,
      name: 'email-feedback',
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMb: 256,
      reason:
        'ten events at once, each a few calls of the tables; nobody waits for it, so a slow cold start does no harm',
      errorImpact:
        'Bounces and complaints of mails wait: dead addresses are written to again, which costs reputation. Look at the log.',
    });
    tables.open(this.function, 'subscribers', ['GetItem', 'UpdateItem'], BY_ADDRESS);
    tables.open(this.function, 'deliveries', ['GetItem', 'PutItem']);
    this.events.openBurying(this.function, ENV.deadLetterQueueUrl);
    this.events.feed(this.function, MAXIMUM_CONCURRENCY);

    const topic = new Topic(this, 'Reports', { enforceSSL: true });
    topic.addSubscription(new SqsSubscription(this.events.queue, { rawMessageDelivery: true }));
    sending.reportTo(topic);
    new EmailAlarms(this, 'Alarms', { topic: surroundings.alarmTopic });
  }
}
