import { Duration, Validations } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import { UPDATE_DETAIL_TYPE } from '../shared/deployment/functions.ts';
import type { Channels } from './channels.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import { DeadLetterQueue } from './queue.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

export interface IngestProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly channels: Channels;
  /** `default` or an existing bus of this account. */
  readonly eventBusName: string;
}

/** EventBridge's own limits, written down: a day of attempts to reach the function. */
const EVENT_RETRIES = 185;
const EVENT_MAX_AGE = Duration.hours(24);

/** Lambda's own limits for an event whose function fails: two more attempts, six hours at most. */
const FUNCTION_RETRIES = 2;
const FUNCTION_MAX_AGE = Duration.hours(6);

/**
 * Where updates come in: the function, and the rule that brings it `Incident Update` events. An event is never
 * dropped in silence: whatever neither EventBridge nor Lambda gets through lies in the dead-letter queue.
 */
export class Ingest extends Construct {
  readonly function: FanoutFunction;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const { surroundings, tables, secrets, channels } = props;
    this.function = new FanoutFunction(this, 'Ingest', {
      ...surroundings,
      name: 'ingest',
      timeoutSeconds: 15,
      memoryMb: 1_024,
      reason: 'cold start is the normal path here and is CPU-bound; 15 s is more than a publisher waits',
      errorImpact:
        'Publishers cannot get updates accepted, or events are retried. Nobody is told until they are. Look at the log.',
    });
    tables.open(this.function, 'incidents', ['GetItem', 'PutItem', 'UpdateItem', 'BatchGetItem', 'Query']);
    secrets.open(this.function, 'operator', 'statuspage');
    channels.openPlanning(this.function);
    this.listen(surroundings, props.eventBusName);
  }

  private listen({ alarmTopic }: FunctionSurroundings, eventBusName: string): void {
    const deadLetterQueue = new DeadLetterQueue(this, 'EventsDeadLetterQueue', {
      alarmTopic,
      impact:
        'An Incident Update event was not accepted: nobody was told of that update. Its body lies in the queue; publish it again.',
    }).queue;
    Validations.of(deadLetterQueue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        "This is the dead-letter queue of a rule and of the function's asynchronous calls; the check knows those of queues only.",
    });
    new Rule(this, 'IncidentUpdates', {
      description: 'Incident updates published as events',
      eventPattern: { detailType: [UPDATE_DETAIL_TYPE] },
      ...(eventBusName !== 'default' && { eventBus: EventBus.fromEventBusName(this, 'Bus', eventBusName) }),
      targets: [
        new LambdaFunction(this.function.lambda, {
          deadLetterQueue,
          retryAttempts: EVENT_RETRIES,
          maxEventAge: EVENT_MAX_AGE,
        }),
      ],
    });
    this.function.lambda.configureAsyncInvoke({
      retryAttempts: FUNCTION_RETRIES,
      maxEventAge: FUNCTION_MAX_AGE,
      onFailure: new SqsDestination(deadLetterQueue),
    });
    this.function.allow(['sqs:SendMessage'], [deadLetterQueue.queueArn]);
  }
}
