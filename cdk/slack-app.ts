import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { BY_ADDRESS } from '../shared/deployment/tables.ts';
import { SLACK_URL } from './channels.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';
import { WorkQueue } from './work-queue.ts';

export interface SlackAppProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly publicUrl: string;
}

const TIMEOUT_SECONDS = 30;
const MAXIMUM_CONCURRENCY = 2;

/** A third of the half hour for which Slack takes answers to a command. */
const OLDEST_SECONDS = 600;

/**
 * The Slack app: installation, slash command, what Slack reports. Slack waits three seconds for an answer, and Lambda
 * freezes after it: what takes longer goes through a queue of the app's own, back to the same function.
 */
export class SlackApp extends Construct {
  readonly function: FanoutFunction;
  readonly work: WorkQueue;

  constructor(scope: Construct, id: string, { surroundings, tables, secrets, publicUrl }: SlackAppProps) {
    super(scope, id);
    this.work = new WorkQueue(this, 'SlackWork', {
      alarmTopic: surroundings.alarmTopic,
      timeoutSeconds: TIMEOUT_SECONDS,
      oldestSeconds: OLDEST_SECONDS,
      impact: {
        deadLetters:
          'Somebody used the slash command in Slack and never got its answer. They see nothing wrong. Each message carries its reason.',
        oldMessages:
          'Answers to the slash command in Slack are ten minutes late, and soon Slack takes them no more. Look at the log.',
      },
    });
    this.function = new FanoutFunction(this, 'SlackApp', {
      ...surroundings,
      name: 'slack-app',
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMb: 512,
      reason:
        'Slack waits 3 s, cold start included; the queue gives it several calls of Slack, each of 10 s at most',
      errorImpact:
        'The slash command in Slack does not answer, or the app cannot be installed. Deliveries to Slack go on. Look at the log.',
    });
    tables.open(this.function, 'subscribers', ['GetItem', 'PutItem', 'UpdateItem'], BY_ADDRESS);
    tables.open(this.function, 'incidents', ['GetItem', 'PutItem', 'UpdateItem', 'Query']);
    tables.open(this.function, 'deliveries', ['GetItem', 'PutItem']);
    secrets.open(this.function, 'slack', 'installationKey', 'addressKey');
    this.function.tell({ [ENV.publicUrl]: publicUrl, [ENV.slackUrl]: SLACK_URL });
    this.work.openSending(this.function, ENV.slackWorkQueueUrl);
    this.work.openBurying(this.function, ENV.deadLetterQueueUrl);
    this.work.feed(this.function, MAXIMUM_CONCURRENCY);
  }
}
