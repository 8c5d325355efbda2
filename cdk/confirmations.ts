import { Construct } from 'constructs';
import { CONFIRMATION_SIZING, MAX_DELAY_SECONDS } from '../shared/deployment/channels.ts';
import { ENV } from '../shared/deployment/env.ts';
import { type Channels, PUBLIC_TARGETS_ONLY, TWILIO_URL } from './channels.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';
import { WorkQueue } from './work-queue.ts';

export interface ConfirmationsProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly channels: Channels;
  readonly publicUrl: string;
}

/** The longest that one waits on purpose, and five minutes for the work. */
const OLDEST_SECONDS = MAX_DELAY_SECONDS + 300;

/**
 * What leaves before somebody is a subscriber, and what only they may see: confirmations, codes, challenges, manage links. On a
 * queue of its own, so that a flood of sign-ups never stands before an incident's news.
 */
export class Confirmations extends Construct {
  readonly function: FanoutFunction;
  readonly requests: WorkQueue;

  constructor(scope: Construct, id: string, props: ConfirmationsProps) {
    super(scope, id);
    const { surroundings, tables, secrets, channels, publicUrl } = props;
    const { timeoutSeconds, memoryMb, memoryReason, maximumConcurrency } = CONFIRMATION_SIZING;
    this.requests = new WorkQueue(this, 'Confirmation', {
      alarmTopic: surroundings.alarmTopic,
      timeoutSeconds,
      oldestSeconds: OLDEST_SECONDS,
      impact: {
        deadLetters:
          'A confirmation or a manage link could not be sent: somebody who signed up waits for it. Each message in the queue carries its reason.',
        oldMessages:
          'Confirmations are more than a quarter of an hour late: people who sign up give up waiting. Look at the log, then at the providers.',
      },
    });
    this.function = new FanoutFunction(this, 'Confirm', {
      ...surroundings,
      name: 'confirm',
      timeoutSeconds,
      memoryMb,
      reason: memoryReason,
      errorImpact:
        'Nobody new can confirm a subscription and no manage link leaves. Incident news goes on. Look at the log.',
      ringsItself: true,
    });
    tables.open(this.function, 'subscribers', ['GetItem', 'UpdateItem']);
    tables.open(this.function, 'incidents', ['GetItem', 'UpdateItem', 'BatchGetItem', 'Query']);
    // How many codes went out to which numbers; and tests and second sendings of webhooks, for the endpoint's log.
    tables.open(this.function, 'deliveries', ['GetItem', 'PutItem', 'UpdateItem']);
    channels.tellRates(this.function);
    channels.tellTexts(this.function);
    secrets.open(this.function, 'linkKey', 'webhookKey', 'twilio');
    channels.openEmail(this.function);
    this.function.tell({
      [ENV.publicUrl]: publicUrl,
      [ENV.twilioUrl]: TWILIO_URL,
      ...PUBLIC_TARGETS_ONLY,
    });
    this.requests.openSending(this.function, ENV.confirmationQueueUrl);
    this.requests.openBurying(this.function, ENV.deadLetterQueueUrl);
    this.requests.feed(this.function, maximumConcurrency);
  }

  /** Lets a function ask for confirmations, and tells it where. */
  openAsking(fn: FanoutFunction): void {
    this.requests.openSending(fn, ENV.confirmationQueueUrl);
  }
}
