import { Duration } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { UPDATE_DETAIL_TYPE } from '../shared/deployment/functions.ts';
import type { Channels } from './channels.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';
import { WorkQueue } from './work-queue.ts';

export interface IngestProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly channels: Channels;
  /** `default` or an existing bus of this account. */
  readonly eventBusName: string;
}

/** EventBridge's own limits, written down: a day of attempts to reach the queue. */
const EVENT_RETRIES = 185;
const EVENT_MAX_AGE = Duration.hours(24);

const TIMEOUT_SECONDS = 15;

/** Events taken in at once. One to each invocation: planning a large page may take most of its time. */
const MAXIMUM_CONCURRENCY = 5;
const EVENTS_PER_INVOCATION = 1;

/** An update waits this long only if our tables, or our function, are away. */
const OLDEST_SECONDS = 300;

/**
 * Where updates come in: the function, and the queue into which a rule puts `Incident Update` events for it (decision 63). An
 * event is never dropped in silence: it waits while our tables are away, and what can never be accepted lies in the
 * dead-letter queue, with its reason.
 */
export class Ingest extends Construct {
  readonly function: FanoutFunction;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const { surroundings, tables, secrets, channels } = props;
    this.function = new FanoutFunction(this, 'Ingest', {
      ...surroundings,
      name: 'ingest',
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMb: 1_024,
      reason: 'cold start is the normal path here and is CPU-bound; 15 s is more than a publisher waits',
      errorImpact:
        'Publishers cannot get updates accepted, or events wait. Nobody is told until they are. Look at the log.',
    });
    tables.open(this.function, 'incidents', ['GetItem', 'PutItem', 'UpdateItem', 'BatchGetItem', 'Query']);
    secrets.open(this.function, 'operator', 'statuspage');
    channels.openPlanning(this.function);
    this.listen(surroundings, props.eventBusName);
  }

  private listen({ alarmTopic }: FunctionSurroundings, eventBusName: string): void {
    const events = new WorkQueue(this, 'Events', {
      alarmTopic,
      timeoutSeconds: TIMEOUT_SECONDS,
      oldestSeconds: OLDEST_SECONDS,
      impact: {
        deadLetters:
          'An Incident Update event was not accepted: nobody was told of that update. Each message carries its reason; mend it and put the event back, or publish it anew.',
        oldMessages:
          'An Incident Update event has waited for five minutes and nobody is told of it before it is accepted. It comes again by itself; look at the log.',
      },
    });
    events.openBurying(this.function, ENV.deadLetterQueueUrl);
    events.feed(this.function, MAXIMUM_CONCURRENCY, EVENTS_PER_INVOCATION);
    new Rule(this, 'IncidentUpdates', {
      description: 'Incident updates published as events',
      eventPattern: { detailType: [UPDATE_DETAIL_TYPE] },
      ...(eventBusName !== 'default' && { eventBus: EventBus.fromEventBusName(this, 'Bus', eventBusName) }),
      targets: [
        new SqsQueue(events.queue, {
          deadLetterQueue: events.deadLetters,
          retryAttempts: EVENT_RETRIES,
          maxEventAge: EVENT_MAX_AGE,
        }),
      ],
    });
  }
}
